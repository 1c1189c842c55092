package testenv

import (
	"bytes"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
)

// Observed records what a test run logs and counts.
type Observed struct {
	mu       sync.Mutex
	logs     bytes.Buffer
	counters map[string]int64
	timers   map[string][]time.Duration
}

// NewObserved returns what [New] does, with a record of logs and counters.
func NewObserved(interceptors ...interceptor.WorkerInterceptor) (*testsuite.TestWorkflowEnvironment, *Observed) {
	o := &Observed{counters: map[string]int64{}, timers: map[string][]time.Duration{}}
	suite := &testsuite.WorkflowTestSuite{}
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.NewTextHandler(o, nil))))
	suite.SetMetricsHandler(handler{observed: o})
	return newEnv(suite, interceptors), o
}

// Logs returns the log.
func (o *Observed) Logs() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.logs.String()
}

// Lines returns the lines of the log that contain text.
func (o *Observed) Lines(text string) []string {
	return slices.DeleteFunc(strings.Split(o.Logs(), "\n"), func(line string) bool { return !strings.Contains(line, text) })
}

// Counter returns the sum of the counter name with that value of its tag; "" for a
// counter without one.
func (o *Observed) Counter(name, tag string) int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.counters[name+" "+tag]
}

// Timer returns what the timer name has recorded with that value of its tag.
func (o *Observed) Timer(name, tag string) []time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.timers[name+" "+tag]
}

// Write appends a line to the log.
func (o *Observed) Write(line []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.logs.Write(line)
}

type handler struct {
	observed *Observed
	tags     map[string]string
}

func (h handler) WithTags(tags map[string]string) client.MetricsHandler {
	all := maps.Clone(tags)
	maps.Copy(all, h.tags)
	return handler{observed: h.observed, tags: all}
}

func (h handler) Counter(name string) client.MetricsCounter {
	return counter(func(n int64) {
		h.observed.mu.Lock()
		defer h.observed.mu.Unlock()
		h.observed.counters[name+" "+h.tag()] += n
	})
}

func (handler) Gauge(string) client.MetricsGauge { return ignored{} }

func (h handler) Timer(name string) client.MetricsTimer {
	return timer(func(d time.Duration) {
		h.observed.mu.Lock()
		defer h.observed.mu.Unlock()
		key := name + " " + h.tag()
		h.observed.timers[key] = append(h.observed.timers[key], d)
	})
}

// tag returns the value of the one tag of this library that a metric has.
func (h handler) tag() string {
	for _, name := range []string{"message", "retryability", "code", "state", "reason"} {
		if value := h.tags[name]; value != "" {
			return value
		}
	}
	return ""
}

type timer func(time.Duration)

func (t timer) Record(d time.Duration) { t(d) }

type counter func(int64)

func (c counter) Inc(n int64) { c(n) }

type ignored struct{}

func (ignored) Update(float64) {}
