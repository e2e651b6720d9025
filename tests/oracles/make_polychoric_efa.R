# Factor analysis of polychoric correlations with psych. Run in this folder; writes polychoric_efa_psych.json.
suppressMessages({library(psych); library(jsonlite)})
items <- c(paste0("inv", 1:4), paste0("eng", 1:4), paste0("coc", 1:4), paste0("tru", 1:3), paste0("loy", 1:4))
d <- read.csv("data/likert.csv")[, items]
R <- polychoric(d, correct = 0)$rho
out <- list(software = paste("psych", packageVersion("psych")), items = items)
out$communality <- unname(fa(R, 5, n.obs = nrow(d), fm = "ml", rotate = "none")$communality)
write_json(out, "polychoric_efa_psych.json", auto_unbox = TRUE, digits = 8)
