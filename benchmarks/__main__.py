"""`make bench`: print every figure with the machine it was taken on."""

from benchmarks import cohort_bench, directory_bench, pages_bench, planner_bench
from benchmarks.machine import describe

print(f"Machine: {describe()}\n")
planner_bench.main()
cohort_bench.main()
pages_bench.main()
directory_bench.main()
