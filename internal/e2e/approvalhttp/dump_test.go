package approvalhttp_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// A sink is what a program writes while it runs.
type sink struct {
	mu   sync.Mutex
	text []byte
}

func (s *sink) Write(data []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, data...)
	return len(data), nil
}

func (s *sink) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.text)
}

// metrics is a metrics handler that writes down names and tags.
type metrics struct {
	to   *sink
	tags string
}

func (m metrics) WithTags(tags map[string]string) client.MetricsHandler {
	return metrics{m.to, fmt.Sprint(m.tags, tags)}
}
func (m metrics) note(name string) { _, _ = fmt.Fprintln(m.to, name, m.tags) }

func (m metrics) Counter(name string) client.MetricsCounter { return count{m, name} }
func (m metrics) Gauge(name string) client.MetricsGauge     { return gauge{m, name} }
func (m metrics) Timer(name string) client.MetricsTimer     { return timer{m, name} }

type (
	count struct {
		metrics
		name string
	}
	gauge count
	timer count
)

func (c count) Inc(int64)            { c.note(c.name) }
func (g gauge) Update(float64)       { g.note(g.name) }
func (t timer) Record(time.Duration) { t.note(t.name) }

// dump is all that the server keeps of a run: what describes it, memo and search
// attributes included, and its history. It is text, with the payloads unencrypted.
func dump(t *testing.T, c client.Client, id string) string {
	t.Helper()
	d, err := c.DescribeWorkflowExecution(t.Context(), id, "")
	require.NoError(t, err)
	all := text(t, d)
	events := c.GetWorkflowHistory(t.Context(), id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		require.NoError(t, err)
		all += text(t, event)
	}
	return all
}

// text is a message as JSON, and as it travels, in which payloads are unencrypted.
func text(t *testing.T, m proto.Message) string {
	t.Helper()
	data, err := protojson.Marshal(m)
	require.NoError(t, err)
	raw, err := proto.Marshal(m)
	require.NoError(t, err)
	return string(data) + string(raw) + "\n"
}
