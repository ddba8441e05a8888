#!/usr/bin/env python3
"""statsforecast on the series of a file, as `forecast_speed.py` writes it: one JSON document of seconds by method, and
of the means by method and series. Warm, in one process."""

import json
import sys
import time

import numpy
from statsforecast.models import AutoARIMA, AutoETS, DynamicOptimizedTheta, Theta


def main() -> None:
    first, *lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
    season, horizon = map(int, first.split())
    series = {name: numpy.array(list(map(float, values))) for name, *values in (line.split() for line in lines)}
    models = {"ets": lambda: AutoETS(season_length=season), "theta": lambda: Theta(season_length=season),
              "dynamic_theta": lambda: DynamicOptimizedTheta(season_length=season),
              "arima": lambda: AutoARIMA(season_length=season)}
    seconds, means = {}, {}
    for method, model in models.items():
        warm = next(iter(series.values()))
        model().forecast(y=warm, h=horizon)
        began = time.perf_counter()
        said = {name: model().forecast(y=values, h=horizon)["mean"] for name, values in series.items()}
        seconds[method] = time.perf_counter() - began
        means[method] = {name: [float(value) for value in mean] for name, mean in said.items()}
    print(json.dumps({"seconds": seconds, "means": means}))


main()
