"""`make bench`: print every figure with the machine it was taken on."""

from benchmarks import pages_bench, planner_bench
from benchmarks.machine import describe

print(f"Machine: {describe()}\n")
planner_bench.main()
pages_bench.main()
