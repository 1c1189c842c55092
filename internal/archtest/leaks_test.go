package archtest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/internal/archtest"
)

func TestCheckLeaks(t *testing.T) {
	t.Parallel()
	const begin = "package signals\n\nimport \"example.com/lib/internal/wire\"\n\n"
	faults := map[string]fault{}
	for name, decl := range map[string]string{
		"a parameter":          "func F(wire.Saved) {}",
		"a result of a method": "func (T) M() *wire.Saved { return nil }",
		"a field":              "type T struct{ Field []wire.Saved }",
		"an alias":             "type T = wire.Saved",
		"a function type":      "type T func(wire.Saved)",
	} {
		faults[name] = fault{
			planted: files{"signals/a.go": begin + decl + "\n"},
			file:    "signals/a.go:5", rule: `leaks: an exported declaration of "signals" names wire.Saved`, mend: "define the type",
		}
	}
	find(t, faults)
	t.Run("what users do not see may", func(t *testing.T) {
		t.Parallel()
		found, err := archtest.Check(tree(files{
			"signals/a.go": begin +
				"type T struct{ field wire.Saved }\n\nfunc f(wire.Saved) {}\n\nfunc (t) M(wire.Saved) {}\n\nfunc F() { wire.Decode(nil, nil) }\n",
		}))
		require.NoError(t, err)
		require.Empty(t, found)
	})
}
