package observe_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// files is the directory that Compose mounts.
const files = "../../../deploy/observe/"

// A panel is what this test reads of a panel of Grafana.
type panel struct {
	ID          int
	Type, Title string
	Description string
	Datasource  struct{ Type, UID string }
	FieldConfig struct{ Defaults struct{ Unit string } }
	Targets     []struct{ RefID, Expr, LegendFormat string }
}

// dashboard returns the panels, those of a row behind it.
func dashboard(t *testing.T) []panel {
	t.Helper()
	text, err := os.ReadFile(files + "dashboard.json")
	require.NoError(t, err)
	var board struct {
		UID, Title string
		Panels     []panel
	}
	require.NoError(t, json.Unmarshal(text, &board))
	require.NotEmpty(t, board.UID)
	require.NotEmpty(t, board.Title)
	return board.Panels
}

// A rule is an alert.
type rule struct {
	Alert       string
	Expr        string
	For         string
	Labels      struct{ Severity string }
	Annotations struct{ Summary, Description string }
}

// alerts returns the rules of all groups.
func alerts(t *testing.T) []rule {
	t.Helper()
	var groups struct {
		Groups []struct {
			Name  string
			Rules []rule
		}
	}
	readYAML(t, "alerts.yaml", &groups)
	var all []rule
	for _, g := range groups.Groups {
		require.NotEmpty(t, g.Rules, g.Name)
		all = append(all, g.Rules...)
	}
	require.NotEmpty(t, all)
	return all
}

func readYAML(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(files + name)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, into), name)
}
