package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/support/exampletest"
)

func TestMain(m *testing.M) {
	if setup := os.Getenv(workerEnv); setup != "" { // a worker of a test is this binary
		if err := runWorker(setup); err != nil {
			log.Fatal(err)
		}
		return
	}
	m.Run()
}

func TestPromisesAreKept(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-orders", "20", "-kills", "4", "-seed", "1"}, &out), "%s", &out)
	for _, promise := range holds {
		require.Regexp(t, promise+` +[1-9]\d* +0\n`, out.String())
	}
	plans := options{orders: 20, duration: 10e9, seed: 1}.plans()
	waiting := slices.DeleteFunc(plans, func(p plan) bool { return p.state == orders.StateRefused })
	sure := slices.DeleteFunc(slices.Clone(waiting), func(p plan) bool { return strings.HasPrefix(p.order.ID, partners.PrefixLost) })
	checked := regexp.MustCompile(regexp.QuoteMeta(itemsOnce) + ` +(\d+) +0\n`).FindStringSubmatch(out.String())
	require.NotNil(t, checked, "%s", &out)
	n, err := strconv.Atoi(checked[1])
	require.NoError(t, err)
	require.LessOrEqual(t, n, len(waiting), "refused orders wait for no items")
	require.GreaterOrEqual(t, n, len(sure), "on a busy machine no worker may have the time to charge those whose answers are lost; they "+
		"are refused then")
	require.Contains(t, out.String(), "killed: 2 workers, 1 times all, 1 servers")
	exampletest.RequireShown(t, "chaos", out.String())
}

func TestEachMissingProtectionBreaksItsPromise(t *testing.T) {
	t.Parallel()
	for p, promise := range holds {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			err := run(t.Context(), []string{"-orders", "24", "-kills", "6", "-seed", "7", "-patience", "20s", "-break", string(p)}, &out)
			require.ErrorContains(t, err, "of 6 promises were broken; seed 7", "%s", &out)
			require.Regexp(t, promise+` +\d+ +[1-9]\d*\n`, out.String())
		})
	}
}

func TestRunWithoutProtectionFailsIfNoCheckFails(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	for _, all := range []findings{
		{{promise: paidOnce, checked: 3}},
		{{promise: paidOnce, checked: 3}, {promise: allEnd, checked: 3, violated: []string{"order 1 has not ended"}}},
	} {
		require.EqualError(t, all.write(&out, options{without: guard, seed: 9}),
			fmt.Sprintf("without guard %q was to be broken, and no check shows that; try more -kills; seed 9", paidOnce))
	}
}

func TestTableShowsTheFirstViolations(t *testing.T) {
	t.Parallel()
	f := &finding{promise: allEnd}
	for i := range 12 {
		f.add(unless(i%2 == 0, "order %d has not ended", i))
	}
	var out bytes.Buffer
	require.EqualError(t, findings{f}.write(&out, options{seed: 3}), "1 of 1 promises were broken; seed 3")
	require.Contains(t, out.String(), "    order 9 has not ended\n    … and 1 more\n")
	require.NotContains(t, out.String(), "order 11")
}

func TestBadOptionsAreRefused(t *testing.T) {
	t.Parallel()
	o, err := parse(nil, &bytes.Buffer{})
	require.NoError(t, err)
	require.Equal(t, []int{200, 30}, []int{o.orders, o.kills})
	require.Equal(t, "1m0s", o.duration.String())
	require.NotZero(t, o.seed)
	for args, want := range map[string]string{
		"more":          `unexpected argument "more"; see -help`,
		"-orders 0":     "-orders 0, -kills 30, -duration 0s, -patience 2m0s: give 1 or more orders, some patience, and nothing below 0",
		"-kills -1":     "-orders 200, -kills -1, -duration 0s, -patience 2m0s: give 1 or more orders, some patience, and nothing below 0",
		"-break glass":  `-break is "glass"; give one of ack, ids, guard, timeouts, retries, versions`,
		"-orders every": `invalid value "every" for flag -orders: parse error`,
	} {
		_, err := parse(strings.Fields(args), &bytes.Buffer{})
		require.EqualError(t, err, want)
	}
	require.ErrorIs(t, run(t.Context(), []string{"-help"}, &bytes.Buffer{}), flag.ErrHelp)
	require.ErrorContains(t, run(t.Context(), []string{"-postgres", "here"}, &bytes.Buffer{}), "-postgres is not an address; give "+
		"postgres://user@host:port/db")
}

func TestPlansDependOnTheSeedAlone(t *testing.T) {
	t.Parallel()
	o := options{orders: 100, duration: 1e9, seed: 5}
	plans, again := o.plans(), o.plans()
	require.Equal(t, plans, again)
	o.seed = 6
	require.NotEqual(t, plans, o.plans())
	states := map[string]int{}
	for _, p := range plans {
		states[string(p.state)]++
	}
	require.Len(t, states, 3, "shipped, refused and refunded: %v", states)
}
