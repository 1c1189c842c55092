package idempotency_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

// A database is where records and bookings are kept.
type database struct {
	driver, dsn string
	dialect     sqlstore.Dialect
	env         []string // of its workers, besides
}

func sqlite(t *testing.T) database {
	t.Helper()
	file := filepath.Join(t.TempDir(), "records.db")
	return database{
		driver:  "sqlite",
		dsn:     "file:" + file + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)",
		dialect: sqlstore.DialectSQLite,
	}
}

// fixture is a database with its tables, a service, and a worker that comes again.
type fixture struct {
	*testing.T
	db      *sql.DB
	store   *sqlstore.Store
	service *payments.Provider
	address string // of the service
	worker  *keeper
	queue   string
}

const (
	soon = time.Minute // far more than a machine under load needs
	tick = 20 * time.Millisecond
)

func newFixture(t *testing.T, d database, o payments.Options) *fixture {
	t.Helper()
	db, err := sql.Open(d.driver, d.dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	store, err := sqlstore.New(db, d.dialect, sqlstore.Options{})
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	_, err = db.ExecContext(t.Context(), "CREATE TABLE IF NOT EXISTS bookings (order_id text NOT NULL)")
	require.NoError(t, err)
	r := &fixture{T: t, db: db, store: store, service: payments.New(o), queue: fmt.Sprintf("crash-%d", time.Now().UnixNano())}
	web := httptest.NewServer(r.service)
	t.Cleanup(web.Close)
	r.address = web.URL
	r.worker = r.another(d)
	return r
}

// another is one more worker.
func (r *fixture) another(d database) *keeper {
	r.Helper()
	return keep(r.T, r.queue, append([]string{driverEnv + "=" + d.driver, dsnEnv + "=" + d.dsn, effectsEnv + "=" + r.address}, d.env...)...)
}

// records are all that the store has.
func (r *fixture) records() []driver.Entry {
	r.Helper()
	all, err := r.store.List(r.Context(), driver.Query{Limit: 100})
	require.NoError(r, err)
	return all
}

// effects is how often the work of an order took effect.
func (r *fixture) effects(activity, order string) (n int) {
	r.Helper()
	if activity != inTx {
		return r.service.Ledger()[order].Charges
	}
	require.NoError(r, r.db.QueryRowContext(r.Context(), "SELECT count(*) FROM bookings WHERE order_id = '"+order+"'").Scan(&n))
	return n
}

func testPoints(t *testing.T, open func(*testing.T) database) {
	for name, c := range map[string]struct {
		activity   string
		ignoreKeys bool // by the service
		points     []Point
		effects    int // for each point
	}{
		"in a transaction":           {inTx, false, []Point{InTheTx, Committed}, 1},
		"with a key":                 {passThrough, false, []Point{Claimed, Effected, Recorded}, 1},
		"by a question":              {reconcile, true, []Point{Claimed, Effected, Recorded}, 1},
		"nothing, but the record is": {lease, true, []Point{Claimed, Recorded}, 1},
		"nothing: twice":             {lease, true, []Point{Effected}, 2},
		"contrast, no guard: twice":  {bare, true, []Point{Effected}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newFixture(t, open(t), payments.Options{IgnoreKeys: c.ignoreKeys})
			for i, point := range c.points {
				id := fmt.Sprintf("%s-%d", c.activity, i)
				run(t, r.queue, c.activity, Order{ID: id, Deaths: []Point{point}})
				require.Equal(t, c.effects, r.effects(c.activity, id), "killed when it is %s", point)
			}
			require.Equal(t, len(c.points), r.worker.killed())
		})
	}
}

func TestNamedPoints(t *testing.T) {
	t.Parallel()
	testPoints(t, sqlite)
}

// testRandom kills workers at random points until there are enough, with several
// orders under way: each death is one for the others, too, wherever they are.
func testRandom(t *testing.T, open func(*testing.T) database) {
	s := *seed
	if s == 0 {
		s = rand.Uint64()
	}
	t.Logf("seed %d, at least %d kills", s, *kills)
	random := rand.New(rand.NewPCG(s, 0))
	points := map[string][]Point{
		inTx: {InTheTx, Committed, Uneventful}, passThrough: {Claimed, Effected, Recorded, Uneventful}, reconcile: {
			Claimed, Effected, Recorded,
			Uneventful,
		},
	}
	r := newFixture(t, open(t), payments.Options{})
	ignoring := newFixture(t, open(t), payments.Options{IgnoreKeys: true})
	of := map[string]*fixture{inTx: r, passThrough: r, reconcile: ignoring}
	orders := map[string][]string{}
	for round := 0; r.worker.killed()+ignoring.worker.killed() < *kills; round++ {
		var all sync.WaitGroup
		for _, activity := range []string{inTx, passThrough, reconcile, inTx, passThrough, reconcile} {
			o := Order{ID: fmt.Sprintf("%s-%d-%d", activity, round, len(orders[activity]))}
			for range 2 {
				o.Deaths = append(o.Deaths, points[activity][random.IntN(len(points[activity]))])
			}
			orders[activity] = append(orders[activity], o.ID)
			all.Go(func() { run(t, of[activity].queue, activity, o) })
		}
		all.Wait()
	}
	violations := 0
	for activity, ids := range orders {
		for _, id := range ids {
			if n := of[activity].effects(activity, id); n != 1 {
				violations++
				t.Errorf("order %s took effect %d times; seed %d", id, n, s)
			}
		}
		t.Logf("%-12s %4d orders", activity, len(ids))
	}
	requests := 0
	for _, e := range r.service.Ledger() {
		requests += e.Requests
	}
	t.Logf("%d kills, %d violations; %d requests for %d charges with keys", r.worker.killed()+ignoring.worker.killed(), violations, requests,
		len(orders[passThrough]))
}

func TestRandomPoints(t *testing.T) {
	t.Parallel()
	testRandom(t, sqlite)
}

// The same orders without a guard: the fixture shows it.
func TestContrastWithoutGuard(t *testing.T) {
	t.Parallel()
	r := newFixture(t, sqlite(t), payments.Options{IgnoreKeys: true})
	twice := 0
	for i := range 3 {
		id := fmt.Sprint("bare-", i)
		run(t, r.queue, bare, Order{ID: id, Deaths: []Point{Effected}})
		if r.effects(bare, id) > 1 {
			twice++
		}
	}
	require.Equal(t, 3, twice)
}
