//go:build servers

package main

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

var (
	many  = flag.Int("orders", 50, "how many orders there are with PostgreSQL")
	kills = flag.Int("kills", 10, "how many kills there are with PostgreSQL")
)

// The same on the server that one deploys.
func TestPostgreSQL(t *testing.T) {
	args := []string{"-postgres", storetest.PostgreSQL(t), "-orders", fmt.Sprint(*many), "-kills", fmt.Sprint(*kills)}
	require.NoError(t, run(t.Context(), args, os.Stdout))
}
