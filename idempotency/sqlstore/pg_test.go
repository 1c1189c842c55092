package sqlstore_test
import (
	"database/sql"
	"os"
	"testing"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)
func TestSmokePG(t *testing.T) {
	db, err := sql.Open("pgx", os.Getenv("DEVPG"))
	require.NoError(t, err)
	_, err = db.Exec("DROP TABLE IF EXISTS idempotency_record")
	require.NoError(t, err)
	smoke(t, db, sqlstore.PostgreSQL)
}
