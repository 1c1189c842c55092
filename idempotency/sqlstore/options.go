package sqlstore

import (
	"errors"
	"fmt"
	"regexp"
)

// DefaultTable is the name of the table by default.
const DefaultTable = "idempotency_record"

// Options tunes a store. The zero value is ready to use.
type Options struct {
	// Table is the name of the table: a lower-case letter or underscore, then at
	// most 47 of those and digits. Empty means [DefaultTable].
	Table string
	// Schema is where the table stands, with PostgreSQL only; its name is made
	// like a table's. It has to exist. Empty means the connection's search path.
	Schema string
}

// A Dialect is the language of a database.
type Dialect string

// The dialects.
const (
	// DialectSQLite is that of SQLite 3.35 and later.
	DialectSQLite Dialect = "SQLite"
	// DialectPostgreSQL is that of PostgreSQL 14 and later.
	DialectPostgreSQL Dialect = "PostgreSQL"
)

var identifier = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,47}$`)

// normalized checks the names and fills in the default.
func (o Options) normalized(d Dialect) (Options, error) {
	if o.Table == "" {
		o.Table = DefaultTable
	}
	for _, name := range []string{o.Table, o.Schema} {
		if name != "" && !identifier.MatchString(name) {
			return Options{}, fmt.Errorf("sqlstore: %q cannot be the name of a table or schema; "+
				"take at most 48 lower-case letters, digits and underscores, no digit first", name)
		}
	}
	if d == DialectSQLite && o.Schema != "" {
		return Options{}, errors.New("sqlstore: SQLite has no schemas; leave Options.Schema empty")
	}
	return o, nil
}

// qualified is the table's name as it stands in statements.
func (o Options) qualified() string {
	if o.Schema != "" {
		return fmt.Sprintf("%q.%q", o.Schema, o.Table)
	}
	return fmt.Sprintf("%q", o.Table)
}
