package archtest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/internal/archtest"
)

// importing is a file of a package that imports others.
func importing(pkg string, names ...string) string {
	var text strings.Builder
	text.WriteString("package " + pkg + "\n\n")
	for _, name := range names {
		text.WriteString("import _ \"" + name + "\"\n")
	}
	return text.String()
}

func TestCheckImports(t *testing.T) {
	t.Parallel()
	const lib = "example.com/lib/"
	find(t, map[string]fault{
		"upwards": {
			planted: files{"signals/a.go": importing("signals", lib+"approval")},
			file:    "signals/a.go:3", rule: `imports: "signals" must not import "approval"`, mend: "internal/wire",
		},
		"to a sibling of the same layer": {
			planted: files{"retry/a.go": importing("retry", lib+"signals")},
			file:    "retry/a.go:3", rule: `"retry" must not import "signals"`, mend: "move the code",
		},
		"from internal": {
			planted: files{"internal/apperr/a.go": importing("apperr", lib+"internal/wire")},
			file:    "internal/apperr/a.go:3", rule: `"internal/apperr" must not import "internal/wire"`, mend: "nothing of ours",
		},
		"of the root package": {
			planted: files{"signals/a.go": importing("signals", "example.com/lib")},
			file:    "signals/a.go:3", rule: `"signals" must not import "."`, mend: "move",
		},
		"of test helpers outside tests": {
			planted: files{"signals/a.go": importing("signals", lib+"internal/testenv")},
			file:    "signals/a.go:3", rule: `"signals" must not import "internal/testenv"`, mend: "move",
		},
		"of a test kit outside tests": {
			planted: files{"examples/expense/a.go": importing("main", lib+"approval/approvaltest")},
			file:    "examples/expense/a.go:3", rule: `must not import "approval/approvaltest"`, mend: "move",
		},
		"of internal by an example": {
			planted: files{"examples/expense/a.go": importing("main", lib+"internal/apperr")},
			file:    "examples/expense/a.go:3", rule: `must not import "internal/apperr"`, mend: "move",
		},
		"of internal by a test of a store's own module": {
			planted: files{
				"idempotency/pgstore/go.mod":    "module example.com/lib/idempotency/pgstore\n",
				"idempotency/pgstore/a_test.go": importing("pgstore", lib+"idempotency/storetest", lib+"internal/testenv"),
			},
			file: "idempotency/pgstore/a_test.go:4", rule: `must not import "internal/testenv"`, mend: "move the test",
		},
		"of another driver": {
			planted: files{"idempotency/sqlstore/a.go": importing("sqlstore", lib+"idempotency/pgstore", lib+"idempotency/sqlstore/x")},
			file:    "idempotency/sqlstore/a.go:3", rule: `must not import "idempotency/pgstore"`, mend: "move",
		},
		"of examples": {
			planted: files{"approval/a_test.go": importing("approval", lib+"internal/devserver")},
			file:    "approval/a_test.go:3", rule: `must not import "internal/devserver"`, mend: "move the test",
		},
		"from a package without a row": {
			planted: files{"saga/a.go": importing("saga", lib+"approval"), "saga/b.go": "package saga\n"},
			file:    "saga", rule: `"saga" has no row`, mend: "add a row",
		},
		"from a package without a row below one that has": {
			planted: files{"signals/batch/a.go": "package batch\n"},
			file:    "signals/batch", rule: `"signals/batch" has no row`, mend: "add a row",
		},
		"of Temporal by a pure package": {
			planted: files{"approval/policy/a.go": importing("policy", "go.temporal.io/api/common/v1")},
			file:    "approval/policy/a.go:3", rule: `must not import "go.temporal.io/api/common/v1"`, mend: "hand values in",
		},
		"of Temporal by a test of a pure package": {
			planted: files{"approval/policy/a_test.go": importing("policy", "go.temporal.io/sdk/temporal")},
			file:    "approval/policy/a_test.go:3", rule: `"approval/policy" is pure`, mend: "hand values in",
		},
		"of Temporal by a pure package through ours": {
			planted: files{
				"approval/policy/a.go":   importing("policy", lib+"internal/failure", "sort"),
				"internal/failure/a.go":  importing("failure", lib+"internal/apperr"),
				"internal/failure/b.go":  importing("failure", "errors"),
				"approval/policy/b.go":   "package policy\n",
				"internal/apperr/doc.go": "package apperr\n",
			},
			file: "approval/policy/*.go", rule: "through internal/failure -> internal/apperr -> go.temporal.io/sdk/temporal",
			mend: "write the few lines here",
		},
	})
}

func TestCheckImportsOfTests(t *testing.T) {
	t.Parallel()
	const lib = "example.com/lib/"
	found, err := archtest.Check(tree(files{
		"signals/a_test.go": importing("signals_test", lib+"signals", lib+"signals/signalstest", lib+"retry",
			lib+"internal/historytest", lib+"internal/wait"),
		"idempotency/a_test.go":            importing("idempotency_test", lib+"idempotency/memstore", lib+"idempotency/storetest"),
		"examples/expense/a_test.go":       importing("main", lib+"approval/approvaltest"),
		"internal/wait/a_test.go":          importing("wait_test", lib+"internal/wait", lib+"internal/historytest"),
		"approval/approvalhttp/a_test.go":  importing("approvalhttp_test", lib+"approval/approvaltest"),
		"approval/policy/policy_test.go":   importing("policy_test", lib+"approval/policy", "pgregory.net/rapid"),
		"idempotency/sqlstore/sub/a.go":    importing("sub", lib+"idempotency"),
		"idempotency/idempotencytest/a.go": importing("idempotencytest", lib+"idempotency/memstore"),
	}))
	require.NoError(t, err)
	require.Empty(t, found)
}

func TestCheckModules(t *testing.T) {
	t.Parallel()
	find(t, map[string]fault{
		"a module that is not called after its place": {
			planted: files{"examples/go.mod": "module example.com/demo\n"},
			file:    "examples/go.mod", rule: `called "example.com/demo"`, mend: `write "module example.com/lib/examples"`,
		},
		"a file that does not parse": {
			planted: files{"signals/a.go": ""},
			file:    "signals/a.go", rule: "syntax: ", mend: "make the file compile",
		},
	})
}
