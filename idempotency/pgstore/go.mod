module github.com/temporal-patterns/temporal-patterns/idempotency/pgstore

go 1.26.0

require (
	github.com/temporal-patterns/temporal-patterns v0.0.0
	github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore v0.0.0
)

replace (
	github.com/temporal-patterns/temporal-patterns => ../../
	github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore => ../sqlstore
)
