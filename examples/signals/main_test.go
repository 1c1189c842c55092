package main

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/examples/support/exampletest"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

var server *devserver.Server

func TestMain(m *testing.M) {
	server = exampletest.Start()
	defer server.Stop()
	m.Run()
}

func dial(t *testing.T) client.Client {
	t.Helper()
	o := server.ClientOptions
	o.Logger = sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))
	c, err := client.Dial(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func TestProgram(t *testing.T) {
	cases := map[string]struct {
		args []string
		want []string
	}{
		"as it is":           {nil, []string{"2000 items are sent by a batcher", "checkout   2250 items, 22551.25 euros"}},
		"few items":          {[]string{"-items", "20", "-every", "1"}, []string{"checkout   22 items"}},
		"one burst, one run": {[]string{"-items", "800", "-every", "800"}, []string{"run 2 goes on, 800 items", "checkout   900 items"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out exampletest.Screen
			require.NoError(t, run(t.Context(), c.args, &out), "%s", &out)
			for _, line := range c.want {
				require.Contains(t, out.String(), line)
			}
			require.Equal(t, 11, strings.Count(out.String(), "  ok\n"), "%s", &out)
			if c.args == nil {
				exampletest.RequireShown(t, "signals", out.String())
			}
		})
	}
}

func TestBadFlags(t *testing.T) {
	t.Parallel()
	cases := map[string][]string{
		"-items is 19; give at least 20":       {"-items", "19"},
		"-items is 8001; give at most 8000":    {"-items", "8001"},
		"-every is 0; give at least 1":         {"-every", "0"},
		"-every is 101; give at most 100, the": {"-items", "100", "-every", "101"},
		`unexpected argument "no"`:             {"no"},
	}
	for problem, args := range cases {
		t.Run(problem, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, run(t.Context(), args, &exampletest.Screen{}), problem)
		})
	}
}

func TestViolationFails(t *testing.T) {
	t.Parallel()
	var out exampletest.Screen
	err := report(&out, nil, []invariant{{"a", 1, 1, true}, {"b", 2, 1, false}})
	require.EqualError(t, err, "1 of 2 invariants are violated; see the table")
	require.Regexp(t, `(?m)^b +2 +1  VIOLATED$`, out.String())
}

// Ctrl-C leaves no workflow waiting for a worker that is gone.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	var out exampletest.Screen
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, nil, &out) }()
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "burst ") }, time.Minute, 10*time.Millisecond)
	interrupt()
	id := regexp.MustCompile(`order-\w+`).FindString(out.String())
	require.EqualError(t, <-ended, "stopped; workflow "+id+" was canceled")

	c := dial(t)
	w, err := newWorker(c, id, &Activities{Shelf: &Shelf{}})
	require.NoError(t, err)
	require.NoError(t, w.Start()) // the program's own may have had no time to see it
	t.Cleanup(w.Stop)
	require.Eventually(t, func() bool {
		d, err := c.DescribeWorkflowExecution(t.Context(), id, "")
		return err == nil && d.GetWorkflowExecutionInfo().GetStatus().String() == "Canceled"
	}, time.Minute, 10*time.Millisecond)
}

// A sender races with the checkout, and both with a run that continues as new:
// each item is in the order if it was acknowledged, and else the sender is told
// that the order is closed.
func TestLateItems(t *testing.T) {
	t.Parallel()
	c := dial(t)
	shelf := &Shelf{}
	w, err := newWorker(c, t.Name(), &Activities{Shelf: shelf})
	require.NoError(t, err)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	for i := range 16 {
		t.Run(fmt.Sprint("order ", i), func(t *testing.T) {
			t.Parallel()
			id := fmt.Sprint("late-", i)
			order, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: "TestLateItems"}, Order, Input{Every: most})
			require.NoError(t, err)
			s := &sender{client: c, orderID: id, say: t.Logf}
			require.NoError(t, s.burst(t.Context(), most+i)) // it continues as new in a moment
			told := make(chan error)
			go func() {
				pace := time.NewTicker(time.Duration(1+i) * 10 * time.Millisecond) // an order closes in a pause
				defer pace.Stop()
				var err error
				for n := 0; n < 15 && err == nil; n++ {
					late := newItems(id, len(s.sent), 1)
					s.sent = append(s.sent, late...)
					err = s.deliver(t.Context(), late[0])
					<-pace.C
				}
				told <- err
			}()
			<-time.After(time.Duration(i) * 5 * time.Millisecond) // to hit another moment each time
			sum, err := s.checkout(t.Context())
			require.NoError(t, err)
			if err := <-told; err != nil {
				require.ErrorIs(t, err, signals.ReasonNoWorkflow)
			}
			var result Summary
			require.NoError(t, order.Get(t.Context(), &result))
			require.Equal(t, sum, result)

			packed, _ := shelf.count(s.sent)
			require.Equal(t, packed, result.Items)
			for _, item := range s.sent {
				if s.acked[item.ID] {
					there, _ := shelf.count([]Item{item})
					require.Equal(t, 1, there, "%s was acknowledged and lost", item.ID)
				}
			}
			t.Logf("%d of %d items in %d runs, %d acknowledged", result.Items, len(s.sent), result.Runs, len(s.acked))
		})
	}
}
