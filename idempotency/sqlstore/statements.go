package sqlstore

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

// statements are those of one dialect for one table, by name.
type statements map[string]string

func newStatements(d Dialect, o Options) (statements, error) {
	text := map[Dialect]string{DialectSQLite: sqliteText, DialectPostgreSQL: postgresText}[d]
	if text == "" {
		return nil, fmt.Errorf("sqlstore: the dialect %q is not known; take sqlstore.SQLite or sqlstore.PostgreSQL", d)
	}
	all := statements{"table_name": o.qualified()}
	// Text in front replaces its name in all that follows.
	parts := []string{
		"{table}", o.qualified(),
		"{pkey}", fmt.Sprintf("%q", o.Table+"_pkey"),
		"{expires_index}", fmt.Sprintf("%q", o.Table+"_expires_at"),
		"{unknown_index}", fmt.Sprintf("%q", o.Table+"_unknown"),
	}
	for _, section := range strings.Split(text, "\n== ")[1:] {
		name, body, _ := strings.Cut(section, "\n")
		body = strings.TrimSpace(strings.NewReplacer(parts...).Replace(body))
		all[name] = body
		parts = append(parts, "{"+name+"}", body)
	}
	return all, nil
}
