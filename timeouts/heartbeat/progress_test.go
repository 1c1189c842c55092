package heartbeat_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	sdkactivity "go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.uber.org/goleak"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

func TestProgress(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		details []any
		want    string
		ok      bool
	}{
		"no details":              {},
		"details of the type":     {details: []any{"page 7"}, want: "page 7", ok: true},
		"details of another type": {details: []any{7}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newEnv(t, time.Hour)
			if c.details != nil {
				b.SetHeartbeatDetails(c.details[0])
			}
			b.run(func(ctx context.Context) error {
				page, ok := heartbeat.Progress[string](ctx)
				require.Equal(t, c.want, page)
				require.Equal(t, c.ok, ok)
				return nil
			})
		})
	}
}

// The context ends when the worker begins to stop, and leaves no goroutine behind.
func TestWithWorkerStop(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	stopping := make(chan struct{})
	b := newEnv(t, time.Hour)
	b.SetWorkerStopChannel(stopping)
	b.run(func(ctx context.Context) error {
		canceled, cancel := heartbeat.WithWorkerStop(ctx)
		cancel()
		<-canceled.Done()
		require.Equal(t, heartbeat.CauseOther, heartbeat.CauseOf(canceled))

		work, cancel := heartbeat.WithWorkerStop(ctx)
		defer cancel()
		require.NoError(t, work.Err())
		close(stopping)
		<-work.Done()
		require.Equal(t, heartbeat.CauseShutdown, heartbeat.CauseOf(work))
		require.NoError(t, ctx.Err(), "WorkerStopTimeout is not over")
		return nil
	})
}

// An activity that returns as soon as its worker begins to stop keeps its progress, also
// before the first heartbeat.
func TestStartKeepsProgressWhenTheWorkerStops(t *testing.T) {
	t.Parallel()
	for range 50 {
		b := newEnv(t, time.Hour)
		stopping := make(chan struct{})
		b.SetWorkerStopChannel(stopping)
		b.run(func(ctx context.Context) error {
			defer heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { return "page 7" }})()
			close(stopping)
			<-sdkactivity.GetWorkerStopChannel(ctx)
			return nil
		})
		require.NotEmpty(t, b.beats)
		require.Equal(t, "page 7", <-b.beats)
	}
}

// An outage is a payload codec that fails while it is down.
type outage struct{ down *atomic.Bool }

func (o outage) Encode(p []*commonpb.Payload) ([]*commonpb.Payload, error) {
	if o.down.Load() {
		return nil, errors.New("key service: connection refused")
	}
	return p, nil
}

func (o outage) Decode(p []*commonpb.Payload) ([]*commonpb.Payload, error) { return p, nil }

// An encodedEnv is an activity environment whose heartbeats are encoded as a worker
// encodes them.
type encodedEnv struct {
	*testsuite.TestActivityEnvironment

	info  *infoInterceptor
	down  atomic.Bool
	beats chan []converter.RawValue
}

func newEncodedEnv(interceptors ...interceptor.WorkerInterceptor) *encodedEnv {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(testenv.Logger())
	s := &encodedEnv{TestActivityEnvironment: suite.NewTestActivityEnvironment(), beats: make(chan []converter.RawValue, 1_000_000)}
	dc := converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), outage{&s.down})
	s.info = &infoInterceptor{
		change: func(info *sdkactivity.Info) { info.HeartbeatTimeout = quick },
		beat: func(details ...any) {
			payloads, err := dc.ToPayloads(details...)
			if err != nil {
				//archtest:panic as the SDK does
				panic(err)
			}
			raw := make([]converter.RawValue, len(details))
			for i := range raw {
				raw[i] = converter.NewRawValue(payloads.GetPayloads()[i])
			}
			s.beats <- raw
		},
	}
	s.SetWorkerOptions(worker.Options{Interceptors: append([]interceptor.WorkerInterceptor{s.info}, interceptors...)})
	return s
}

func (s *encodedEnv) run(t *testing.T, f func(context.Context) error) {
	t.Helper()
	s.RegisterActivity(f)
	_, err := s.ExecuteActivity(f)
	require.NoError(t, err)
}

// next is the next heartbeat as JSON.
func (s *encodedEnv) next() (all []string) {
	for _, raw := range <-s.beats {
		all = append(all, string(raw.Payload().GetData()))
	}
	return all
}

// until waits for a heartbeat with these details.
func (s *encodedEnv) until(want ...string) {
	for {
		got := s.next()
		same := len(got) == len(want)
		for i := range got {
			same = same && got[i] == want[i]
		}
		if same {
			return
		}
	}
}
