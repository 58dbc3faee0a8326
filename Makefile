# Two commands: make run, make test. The rest is for those who change the code.
PYTHON ?= $(shell command -v python3.11 || command -v python3)

.PHONY: run test check bench races campaigns pictures clean
run test check bench races campaigns pictures clean:
	@$(PYTHON) scripts/dev.py $@ $(ARGS)
