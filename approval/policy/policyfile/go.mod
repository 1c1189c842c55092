module github.com/temporal-patterns/temporal-patterns/approval/policy/policyfile

go 1.26.0

require (
	github.com/stretchr/testify v1.12.1
	github.com/temporal-patterns/temporal-patterns v0.0.0
	go.yaml.in/yaml/v3 v3.0.5
)

replace github.com/temporal-patterns/temporal-patterns => ../../../
