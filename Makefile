# The usual targets. .ci/run is the one truth about what is asked of a change; each
# target calls what it calls.
.PHONY: test lint fmt bench e2e chaos compose docs ci up down

test: ## all tests, as the README runs them
	go test work

lint: ## formatters, linters, workflowcheck and the shape of the repository
	bash .ci/run gofmt vet tools formatters lint workflowcheck architecture

fmt: ## format all modules
	bash .ci/run tools
	@for dir in $$(go list -m -f '{{.Dir}}'); do (cd "$$dir" && $(CURDIR)/.cache/tools/golangci-lint fmt) || exit 1; done

bench: ## each benchmark once
	bash .ci/run benchmarks

e2e: ## the suites on a real server, those with PostgreSQL and Redis included
	go test -tags servers ./internal/e2e/...

chaos: ## orders under workers and servers that are killed
	go run ./internal/e2e/chaos

compose: ## the Compose stack on a Docker engine of its own; needs root on Debian
	bash .ci/run compose

up: ## starts the Compose stack of deploy/
	bash deploy/stack.sh up

down: ## stops it and keeps its data
	bash deploy/stack.sh down

docs: ## the programs that the documentation shows, and what they print
	bash .ci/run consumer examples

ci: ## everything that is asked of a change
	bash .ci/run
