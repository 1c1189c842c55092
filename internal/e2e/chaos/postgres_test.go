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
	many  = flag.Int("orders", 50, "number of orders with PostgreSQL")
	kills = flag.Int("kills", 10, "number of kills with PostgreSQL")
)

func TestPostgreSQLKeepsThePromises(t *testing.T) {
	args := []string{"-postgres", storetest.PostgreSQL(t), "-orders", fmt.Sprint(*many), "-kills", fmt.Sprint(*kills)}
	require.NoError(t, run(t.Context(), args, os.Stdout))
}
