package devserver

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
)

const postgresPlugin = "postgres12_pgx"

// migrate makes the two databases of the server, or brings them up to date. It
// may run again and again.
func (p *PostgreSQL) migrate(ctx context.Context, tool string) error {
	for _, db := range []struct{ name, schema string }{
		{"temporal", "postgresql/v12/temporal"}, {"temporal_visibility", "postgresql/v12/visibility"},
	} {
		for _, args := range [][]string{
			{"create"}, {"setup-schema", "-v", "0.0"}, {"update-schema", "--schema-name", db.schema},
		} {
			cmd := exec.CommandContext(ctx, tool, append([]string{"--db", db.name}, args...)...)
			cmd.Env = append(os.Environ(), "SQL_PLUGIN="+postgresPlugin, "SQL_HOST="+p.Host, "SQL_PORT="+strconv.Itoa(p.Port),
				"SQL_USER="+p.User, "SQL_PASSWORD="+p.Password)
			if out, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("devserver: the schema of database %q cannot be made by %v (%w); "+
					"check that the user may create databases; it said:\n%s", db.name, args, err, out)
			}
		}
	}
	return nil
}
