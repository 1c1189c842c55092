package service_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
)

func env(set map[string]string) func(string) string {
	return func(name string) string { return set[name] }
}

func TestFromEnvReadsEachSetting(t *testing.T) {
	t.Parallel()
	c, err := service.FromEnv(env(map[string]string{"ORDER_PARTNERS": "http://partners:8090"}))
	require.NoError(t, err)
	require.Equal(t, []string{"orders", "127.0.0.1:8080", "http://partners:8090", "orders.db"}, []string{
		c.Queue, c.Listen, c.Partners,
		c.Store,
	})
	require.Equal(t, []time.Duration{3 * time.Second, 20 * time.Second}, []time.Duration{c.Drain, c.StopWithin})
	require.Equal(t, 48*time.Hour, c.Terms(orders.Order{}).ShipWithin)
	require.Nil(t, c.Identify, "the caller sets it")

	c, err = service.FromEnv(env(map[string]string{
		"ORDER_PARTNERS": "https://x", "ORDER_QUEUE": "q", "ORDER_LISTEN": ":1", "ORDER_STORE": "postgres://db", "ORDER_STOP_WITHIN": "0s",
		"ORDER_PACE": "1m", "ORDER_DRAIN": "1s",
	}))
	require.NoError(t, err)
	require.Equal(t, []string{"q", ":1", "https://x", "postgres://db"}, []string{c.Queue, c.Listen, c.Partners, c.Store})
	require.Zero(t, c.StopWithin)
	require.Equal(t, time.Second, c.Drain)
	require.Equal(t, time.Minute, c.Terms(orders.Order{}).ShipWithin)
}

func TestFromEnvReportsAllBadSettings(t *testing.T) {
	t.Parallel()
	_, err := service.FromEnv(env(map[string]string{"ORDER_PARTNERS": "partners", "ORDER_STOP_WITHIN": "-1s", "ORDER_PACE": "2 days"}))
	require.EqualError(t, err, strings.Join([]string{
		`ORDER_PACE is "2 days"; set a duration of 1s or more, such as "20s"`,
		`ORDER_STOP_WITHIN is "-1s"; set a duration of 0s or more, such as "20s"`,
		`ORDER_PARTNERS is "partners"; set the address of the services, such as "http://partners:8090"`,
	}, "\n"))
}

func TestReadmeListsEachSetting(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	n := 0
	for line := range strings.Lines(service.Help()) {
		require.Contains(t, string(readme), "| `"+strings.Fields(line)[0]+"` |", line)
		n++
	}
	require.Equal(t, 7, n)
}
