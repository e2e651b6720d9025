# Processor seconds of lavaan on the samples of one task: fit, standard errors, standardized solution, all fit measures, all of it read.
# Rscript lavaan.R model.txt "data1.csv,data2.csv" "options" draws
# With draws, the standard errors come from that many bootstrap draws, then from three times as many, after one call that does not
# count: the line reads seconds, seconds.
suppressMessages(library(lavaan))
given <- commandArgs(TRUE)
model <- readLines(given[1])
draws <- as.integer(given[4])
call <- function(more) paste0("cfa(model, data = data", if (nzchar(given[3])) paste0(", ", given[3]), more, ")")

seconds <- function(text, data) {
  before <- proc.time()
  fit <- eval(parse(text = text))
  read <- sum(fitMeasures(fit), na.rm = TRUE) + sum(parameterEstimates(fit)$se) + sum(standardizedSolution(fit)$se)
  spent <- proc.time() - before
  spent[["user.self"]] + spent[["sys.self"]]
}

for (file in strsplit(given[2], ",")[[1]]) {
  data <- read.csv(file)
  boot <- function(n) seconds(call(paste0(', se = "bootstrap", bootstrap = ', n)), data)
  first <- seconds(call(""), data)
  cat(if (draws > 0) c(boot(draws), boot(3 * draws)) else c(first, NA), "\n")
}
