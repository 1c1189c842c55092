package archtest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/internal/archtest"
)

const sdk = "import \"go.temporal.io/sdk/workflow\"\n\n"

func TestCheckWaits(t *testing.T) {
	t.Parallel()
	faults := map[string]fault{
		"under another name": {
			planted: files{"signals/a.go": "package signals\n\nimport wf \"go.temporal.io/sdk/workflow\"\n\nvar f = wf.AwaitWithOptions\n"},
			file:    "signals/a.go:5", rule: `waits: "signals" uses workflow.AwaitWithOptions`, mend: "internal/wait",
		},
	}
	for _, dir := range []string{"signals", "timeouts", "approval", "internal/wait"} {
		faults["in "+dir] = fault{
			planted: files{dir + "/a.go": "package p\n\n" + sdk + "func f() { workflow.AwaitWithTimeout(nil, 0, nil) }\n"},
			file:    dir + "/a.go:5", rule: "uses workflow.AwaitWithTimeout, which loses a message", mend: "internal/wait",
		}
	}
	find(t, faults)
	t.Run("tests, examples and names of others may", func(t *testing.T) {
		t.Parallel()
		call := "func f() { workflow.AwaitWithTimeout(nil, 0, nil) }\n"
		found, err := archtest.Check(tree(files{
			"signals/a_test.go":     "package signals\n\n" + sdk + call,
			"examples/expense/a.go": "package main\n\n" + sdk + call,
			"signals/a.go":          "package signals\n\n" + call,
			"signals/b.go":          "package signals\n\n" + sdk + "func g() { workflow.Await(nil, nil); x.y.AwaitWithTimeout() }\n",
		}))
		require.NoError(t, err)
		require.Empty(t, found)
	})
}

func TestCheckPanics(t *testing.T) {
	t.Parallel()
	find(t, map[string]fault{
		"without a reason": {
			planted: files{"signals/a.go": "package signals\n\nfunc f() {\n\tpanic(1)\n}\n"},
			file:    "signals/a.go:4", rule: "panic: the library panics", mend: "return an error",
		},
		"in a test": {
			planted: files{"signals/a_test.go": "package signals\n\nfunc f() {\n\tpanic(1)\n}\n"},
			file:    "signals/a_test.go:4", rule: "panic: the library panics", mend: "//archtest:panic <reason>",
		},
		"in a driver": {
			planted: files{"idempotency/pgstore/a.go": "package pgstore\n\nfunc f() { panic(1) }\n"},
			file:    "idempotency/pgstore/a.go:3", rule: "panic: the library panics", mend: "return an error",
		},
		"with a reason two lines before": {
			planted: files{"signals/a.go": "package signals\n\nfunc f() {\n\tpanic(0) //archtest:panic why\n\n\tpanic(1)\n}\n"},
			file:    "signals/a.go:6", rule: "panic: the library panics", mend: "return an error",
		},
		"with an empty reason": {
			planted: files{"signals/a.go": "package signals\n\nfunc f() {\n\tpanic(1) //archtest:panic\n}\n"},
			file:    "signals/a.go:4", rule: "gives no reason", mend: "why no error can be returned",
		},
		"with a reason that runs into the name": {
			planted: files{"signals/a.go": "package signals\n\nfunc f() {\n\tpanic(1) //archtest:panics: why\n}\n"},
			file:    "signals/a.go:4", rule: "gives no reason", mend: "why no error can be returned",
		},
		"with a reason and no panic": {
			planted: files{"signals/a.go": "package signals\n\nfunc f() {\n\tx.panic(1) //archtest:panic why\n}\n"},
			file:    "signals/a.go:4", rule: "stands where nothing panics", mend: "delete the comment",
		},
		"in an init function": {
			planted: files{"signals/a.go": "package signals\n\nfunc (x) init() {}\n\nfunc init() {}\n"},
			file:    "signals/a.go:5", rule: "has an init function", mend: "in a constructor",
		},
	})
	t.Run("a reason on the same line will do", func(t *testing.T) {
		t.Parallel()
		found, err := archtest.Check(tree(files{
			"signals/a.go": "package signals\n\nfunc f() {\n\tpanic(1) //archtest:panic the task must fail\n}\n",
		}))
		require.NoError(t, err)
		require.Empty(t, found)
	})
}
