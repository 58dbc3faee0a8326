"""The compiled heart of the search. Everything between a request and its plans is one call.

`fold` turns one day into costs by (item, site, tick); `reach` says which sets of needs a day can
hold, by earliest ends alone; `orders` finds the best order of every set; `rested` does so with
breaks and lags; `collect` combines days; `run` is the call itself.

Read `docs/planner-model.md` first. Everything here is plain arrays: rows of `layout.Index` (what
is free), `layout.Asked` (what is asked) and `layout.Layout` (the sites that matter).
"""
