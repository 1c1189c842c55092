package archtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/internal/archtest"
)

func TestCheckNames(t *testing.T) {
	t.Parallel()
	// forty is a file with so many exported names of all kinds, and others.
	forty := "package timeouts\n\nfunc F() {}\n\nvar V, v = 1, 2\n\ntype T struct{ Field int }\n\nfunc (T) Method() {}\n\nfunc f() " +
		"{}\n\nconst (\n"
	for i := range 37 {
		forty += fmt.Sprintf("\tC%d = %d\n", i, i)
	}
	forty += ")\n"
	find(t, map[string]fault{
		"one name too many": {
			planted: files{"timeouts/a.go": forty, "timeouts/b.go": "package timeouts\n\ntype U int\n"},
			file:    "timeouts", rule: "names: the package exports 41 top-level names, 1 more than 40", mend: "cut a name",
		},
	})
	t.Run("40 names are not too many", func(t *testing.T) {
		t.Parallel()
		found, err := archtest.Check(tree(files{
			"timeouts/a.go": forty, "timeouts/a_test.go": "package timeouts\n\ntype U int\n",
			"internal/wait/a.go": strings.Replace(forty, "package timeouts", "package wait\n\ntype U int\n", 1),
		}))
		require.NoError(t, err)
		require.Empty(t, found)
	})
}

func TestCheckMethods(t *testing.T) {
	t.Parallel()
	planted := files{"timeouts/a.go": "package timeouts\n\ntype budget[T any] struct{}\n"}
	for i, receiver := range []string{"budget[T]", "*budget[T]", "b budget[T]", "b *budget[T]", "budget[T]"} {
		planted[fmt.Sprintf("timeouts/m%d.go", i)] = fmt.Sprintf("package timeouts\n\nfunc (%s) m%d() {}\n", receiver, i)
	}
	find(t, map[string]fault{
		"methods in five files": {
			planted: planted,
			file:    "timeouts/m0.go", rule: "methods: those of timeouts.budget are in 5 files, more than 4", mend: "move the methods",
		},
	})
}
