# Answers of lavaan to rival factor structures, for tests/assessment/test_factor_structure.py. Run in this folder: Rscript make_structure.R.
suppressMessages(library(lavaan))
library(jsonlite)
data <- read.csv("data/likert.csv")
factors <- list(inv = paste0("inv", 1:4), eng = paste0("eng", 1:4), coc = paste0("coc", 1:4), loy = paste0("loy", 1:4))
lines <- sapply(names(factors), function(f) paste(f, "=~", paste(factors[[f]], collapse = " + ")))
items <- unlist(factors, use.names = FALSE)
texts <- list(
  one_factor = paste("single =~", paste(items, collapse = " + ")), correlated = paste(lines, collapse = "\n"),
  higher_order = paste(c(lines, "higher =~ inv + eng + coc + loy"), collapse = "\n"),
  bifactor = paste(c(lines, paste("general =~", paste(items, collapse = " + "))), collapse = "\n")
)
fits <- lapply(names(texts), function(k) cfa(texts[[k]], data, std.lv = k == "bifactor", orthogonal = k == "bifactor"))
names(fits) <- names(texts)
bi <- fits$bifactor
L <- lavInspect(bi, "est")$lambda
S <- fitted(bi)$cov[rownames(L), rownames(L)]
std <- lavInspect(bi, "std")$lambda
omega <- function(f) { own <- rownames(L)[L[, f] != 0]; sum(L[own, f])^2 / sum(S[own, own]) }
total <- function(f) { own <- rownames(L)[L[, f] != 0]; 1 - sum(diag(lavInspect(bi, "est")$theta)[own]) / sum(S[own, own]) }
names_ <- colnames(L)
answer <- list(software = paste("lavaan", packageVersion("lavaan")), model = texts$correlated,
  fit = lapply(fits, function(f) as.list(fitMeasures(f, c("chisq", "df", "cfi", "rmsea", "srmr", "aic", "bic")))),
  general = lapply(setNames(names_, names_), function(f) list(omega_hierarchical = omega(f), omega_total = total(f), ecv = sum(std[, f]^2) / sum(std^2))))
write(toJSON(answer, auto_unbox = TRUE, digits = 10, pretty = TRUE), "structure_lavaan.json")
