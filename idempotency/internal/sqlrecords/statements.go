package sqlrecords

import (
	_ "embed" // the statements
	"fmt"
	"strings"
)

var (
	//go:embed sqlite.sql
	sqliteText string
	//go:embed postgres.sql
	postgresText string
)

// statements holds the statements of one dialect for one table, by name.
type statements map[string]string

func newStatements(d Dialect, t Table) (statements, error) {
	text := map[Dialect]string{SQLite: sqliteText, PostgreSQL: postgresText}[d]
	if text == "" {
		return nil, fmt.Errorf("idempotency: the dialect %q is not known; take DialectSQLite or DialectPostgreSQL of package sqlstore", d)
	}
	all := statements{"table_name": t.qualified()}
	// Text in front replaces its name in all that follows.
	parts := []string{
		"{table}", t.qualified(),
		"{pkey}", fmt.Sprintf("%q", t.Name+"_pkey"),
		"{expires_index}", fmt.Sprintf("%q", t.Name+"_expires_at"),
		"{indeterminate_index}", fmt.Sprintf("%q", t.Name+"_indeterminate"),
	}
	for _, section := range strings.Split(text, "\n== ")[1:] {
		name, body, _ := strings.Cut(section, "\n")
		body = strings.TrimSpace(strings.NewReplacer(parts...).Replace(body))
		all[name] = body
		parts = append(parts, "{"+name+"}", body)
	}
	return all, nil
}
