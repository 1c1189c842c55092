//go:build servers

package redisstore_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/redisstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

// TestAccounts works with accounts that may do what the package's comment says.
func TestAccounts(t *testing.T) {
	t.Parallel()
	rules := strings.Fields(strings.Join(regexp.MustCompile(`(?m)^//\t\+.*$`).FindAllString(documentation(t), -1), " "))
	rules = slices.DeleteFunc(rules, func(rule string) bool { return rule == "//" })
	require.Greater(t, len(rules), 10, "the comment lists commands")
	addr, name := storetest.Redis(t, "--databases", "1"), prefix("accounts") // it knows no script yet
	admin := redis.NewClient(&redis.Options{Addr: addr})
	t.Cleanup(func() { _ = admin.Close() })
	account := func(t *testing.T, user string, rules ...string) *redisstore.Store {
		t.Helper()
		args := []any{"ACL", "SETUSER", user, "reset", "on", ">secret", "~" + strings.ReplaceAll(name, " ", "?") + "*"}
		for _, rule := range rules {
			args = append(args, rule)
		}
		require.NoError(t, admin.Do(t.Context(), args...).Err())
		client := redis.NewClient(&redis.Options{Addr: addr, Username: user, Password: "secret", ContextTimeoutEnabled: true})
		t.Cleanup(func() { _ = client.Close() })
		return redisstore.New(client, redisstore.Options{Prefix: name})
	}
	t.Run("every call works with the commands that are listed", func(t *testing.T) {
		t.Parallel()
		store := account(t, "clerk", rules...)
		all(t, store)
		ref := won(t, store, claim(3))
		require.NoError(t, store.Finish(t.Context(), ref, driver.Completion{State: driver.StateIndeterminate}))
		c := claim(4)
		won(t, store, c)
		entries, err := store.List(t.Context(), driver.Query{Limit: 10})
		require.NoError(t, err)
		require.Len(t, entries, 2)
	})
	t.Run("an error of the server does not name the account", func(t *testing.T) {
		t.Parallel()
		_, err := account(t, "guest", "+hello", "+client").Get(t.Context(), claim(1).Key)
		require.ErrorContains(t, err, "NOPERM")
		require.NotContains(t, err.Error(), "guest")
	})
	t.Run("an error of the connection does not name the server", func(t *testing.T) {
		t.Parallel()
		client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1, DialerRetries: 1})
		t.Cleanup(func() { _ = client.Close() })
		_, err := redisstore.New(client, redisstore.Options{}).Get(t.Context(), claim(1).Key)
		require.EqualError(t, err, "redisstore: could not read a record: connection refused")
	})
}
