# R's forecast on the series of a file, as bench/peers/forecast_speed.py writes it: one JSON document of seconds by
# method, and of the means by method and series.
suppressPackageStartupMessages(library(forecast))
lines <- strsplit(readLines(commandArgs(trailingOnly = TRUE)[1]), " ", fixed = TRUE)
season <- as.integer(lines[[1]][1])
horizon <- as.integer(lines[[1]][2])
names <- sapply(lines[-1], `[`, 1)
series <- lapply(lines[-1], function(line) ts(as.numeric(line[-1]), frequency = season))
methods <- list(
  ets = function(y) forecast(ets(y), h = horizon)$mean,
  theta = function(y) thetaf(y, h = horizon)$mean,
  arima = function(y) forecast(auto.arima(y), h = horizon)$mean
)
number <- function(x) paste0("[", paste(sprintf("%.10g", as.numeric(x)), collapse = ","), "]")
seconds <- c()
means <- c()
for (method in names(methods)) {
  run <- methods[[method]]
  invisible(run(series[[1]]))
  began <- proc.time()[["elapsed"]]
  said <- lapply(series, run)
  seconds <- c(seconds, sprintf('"%s": %.6f', method, proc.time()[["elapsed"]] - began))
  each <- mapply(function(name, mean) sprintf('"%s": %s', name, number(mean)), names, said)
  means <- c(means, sprintf('"%s": {%s}', method, paste(each, collapse = ",")))
}
cat(sprintf('{"seconds": {%s}, "means": {%s}}\n', paste(seconds, collapse = ","), paste(means, collapse = ",")))
