# What lavaan answers to the scripts that to_lavaan() writes (tests/model/test_translation.py).
# translation_lavaan.json holds, per case, the script and the data it names `d`; this file runs every script and fills in
# `answer` and `software`. Run in a folder with data/ beside it:  Rscript make_translation.R
suppressMessages({library(lavaan); library(jsonlite)})
bank <- fromJSON("translation_lavaan.json", simplifyVector = FALSE)
for (i in seq_along(bank$cases)) {
  case <- bank$cases[[i]]
  d <- read.csv(case$data)
  eval(parse(text = case$script))
  bank$cases[[i]]$answer <- as.list(fitMeasures(fit, c("npar", "df", "chisq", "baseline.chisq", "logl")))
}
bank$software <- paste("lavaan", packageVersion("lavaan"))
writeLines(toJSON(bank, auto_unbox = TRUE, digits = 10, pretty = TRUE), "translation_lavaan.json")
