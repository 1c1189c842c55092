package archtest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTable looks at the table itself, which the rules take for granted.
func TestTable(t *testing.T) {
	t.Parallel()
	rows := table()
	t.Run("every name in a row is a row", func(t *testing.T) {
		t.Parallel()
		for name, r := range rows {
			for _, other := range join(r.imports, r.tests...) {
				require.Contains(t, rows, other, "named by the row of %s", name)
			}
		}
	})
	t.Run("imports go one way", func(t *testing.T) {
		t.Parallel()
		for name := range rows {
			for _, other := range rows[name].imports {
				require.False(t, name != other && reaches(rows, other, name, map[string]bool{}),
					"%s may import %s, and the other way round", name, other)
			}
		}
	})
	t.Run("kits are not for code that ships", func(t *testing.T) {
		t.Parallel()
		for name, r := range rows {
			for _, other := range r.imports {
				require.False(t, isKit(other) && !isKit(name), "%s may import %s", name, other)
			}
		}
	})
}

// reaches reports whether a chain of imports may lead from one row to another.
func reaches(rows map[string]row, from, to string, seen map[string]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	for _, next := range rows[from].imports {
		if reaches(rows, next, to, seen) {
			return true
		}
	}
	return false
}
