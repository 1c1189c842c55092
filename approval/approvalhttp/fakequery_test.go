package approvalhttp_test

import (
	"context"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

func (f *fake) QueryWorkflow(ctx context.Context, workflow, _, query string, args ...any) (converter.EncodedValue, error) {
	if err := f.unreachable(ctx, workflow); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	if query != protocol.QueryGate {
		return nil, serviceerror.NewQueryFailed("unknown queryType " + query)
	}
	if args[0] != f.status.ID {
		return encoded(nil), nil
	}
	return encoded(struct {
		approvalclient.GateStatus
		Named []string `json:"named"`
	}{f.gate(), f.named}), nil
}

func (f *fake) gate() approvalclient.GateStatus {
	g, t := f.status, f.tally
	g.State, g.Why, g.Round, g.Stage, g.Digest = t.State(), t.Explanation(), t.Round(), t.Stage(), t.Digest()
	g.Approvals, g.Need, g.Missing, g.Votes = t.Approvals(), t.Need(), t.Missing(), t.Votes()
	return g
}

func encoded(v any) converter.EncodedValue {
	payloads, _ := converter.GetDefaultDataConverter().ToPayloads(v)
	return client.NewValue(payloads)
}
