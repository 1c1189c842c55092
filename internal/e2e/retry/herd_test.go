package retry_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

var (
	herdSize = flag.Int("herd", 50, "how many activities of TestHerd fail at once")
	herdWait = flag.Duration("herdwait", 0, "the wait of their policy (default 30 ms for each of them, and 3 s at least)")
)

// enough is the size from which on the figures of a herd mean something.
const enough = 200

// A herd is a service that goes down when all of its callers are there, and is
// up again when they come back. An attempt that ends before that, since the server
// has lost another caller's, is made again.
type herd struct {
	mu     sync.Mutex
	there  map[string]bool // by workflow ID
	failed map[string]bool
	all    chan struct{}
	back   []time.Time
}

func newHerd() *herd {
	return &herd{there: map[string]bool{}, failed: map[string]bool{}, all: make(chan struct{})}
}

func (h *herd) call(ctx context.Context, _ *job, _ int32) error {
	id := activity.GetInfo(ctx).WorkflowExecution.ID
	if h.arrives(id) {
		return nil
	}
	select {
	case <-h.all:
		h.mu.Lock()
		defer h.mu.Unlock()
		h.failed[id] = true
		return errBroken
	case <-ctx.Done():
		return ctx.Err()
	}
}

// arrives notes a caller, and reports whether it comes back after it has failed.
func (h *herd) arrives(id string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.failed[id] {
		h.back = append(h.back, time.Now())
		return true
	}
	if !h.there[id] {
		h.there[id] = true
		if len(h.there) == *herdSize {
			close(h.all)
		}
	}
	return false
}

// peak is the largest number of calls within any period of that length.
func (h *herd) peak(period time.Duration) int {
	slices.SortFunc(h.back, time.Time.Compare)
	most, first := 0, 0
	for last, at := range h.back {
		for at.Sub(h.back[first]) >= period {
			first++
		}
		most = max(most, last-first+1)
	}
	return most
}

// Activities that failed together come back together, unless there is jitter.
// The figures are for people: go test -run TestHerd -herd 1000 -v.
func TestHerd(t *testing.T) {
	t.Parallel()
	n, wait := *herdSize, *herdWait
	if wait == 0 { // a server on a small machine hears of some 100 failures in a second
		wait = max(3*time.Second, time.Duration(n)*30*time.Millisecond)
	}
	peaks := map[retry.Jitter]int{}
	for jitter, name := range []string{retry.JitterEqual: "Equal", retry.JitterFull: "Full", retry.JitterNone: "None"} {
		queue := startWorkerWith(t, "-"+name, retry.NewInterceptor(retry.InterceptorOptions{Jitter: retry.Jitter(jitter)}))
		h := newHerd()
		var runs sync.WaitGroup
		for i := range n {
			o := client.StartWorkflowOptions{TaskQueue: queue, ID: fmt.Sprint(queue, "-", i)}
			jobs.Store(o.ID, &job{body: h.call})
			run, err := server.ExecuteWorkflow(t.Context(), o, Once, Call{StartToClose: time.Minute, Policy: every(wait, 0)})
			require.NoError(t, err)
			runs.Go(func() { _ = run.Get(t.Context(), nil) })
		}
		<-h.all
		failed := time.Now()
		runs.Wait()
		require.Len(t, h.back, n)
		peaks[retry.Jitter(jitter)] = h.peak(time.Second)
		t.Logf("%d activities, waits of %v, jitter %s: at most %d come back in one second, %d in 100 ms; the first after %v, the last after %v",
			n, wait, name, h.peak(time.Second), h.peak(100*time.Millisecond),
			h.back[0].Sub(failed).Round(10*time.Millisecond), h.back[n-1].Sub(failed).Round(10*time.Millisecond))
	}
	if n >= enough {
		require.LessOrEqual(t, peaks[retry.JitterEqual], peaks[retry.JitterNone])
		require.LessOrEqual(t, peaks[retry.JitterFull], peaks[retry.JitterNone])
	}
}
