package sqlrecords

import (
	"errors"
	"fmt"
	"regexp"
)

// A Dialect names the language of a database.
type Dialect string

// The dialects.
const (
	SQLite     Dialect = "SQLite"
	PostgreSQL Dialect = "PostgreSQL"
)

// A Table names the table of records.
type Table struct {
	Name   string // empty is DefaultTable
	Schema string // with PostgreSQL only; empty is the connection's search path
}

// DefaultTable names the table unless Table.Name does.
const DefaultTable = "idempotency_record"

var identifier = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,47}$`)

// normalized checks the names and fills in the default.
func (t Table) normalized(d Dialect) (Table, error) {
	if t.Name == "" {
		t.Name = DefaultTable
	}
	for _, name := range []string{t.Name, t.Schema} {
		if name != "" && !identifier.MatchString(name) {
			return Table{}, fmt.Errorf("idempotency: %q cannot be the name of a table or schema; "+
				"take at most 48 lower-case letters, digits and underscores, no digit first", name)
		}
	}
	if d == SQLite && t.Schema != "" {
		return Table{}, errors.New("idempotency: SQLite has no schemas; leave Options.Schema empty")
	}
	return t, nil
}

// qualified returns the table's name for statements.
func (t Table) qualified() string {
	if t.Schema != "" {
		return fmt.Sprintf("%q.%q", t.Schema, t.Name)
	}
	return fmt.Sprintf("%q", t.Name)
}
