package heartbeat_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	sdkactivity "go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

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
