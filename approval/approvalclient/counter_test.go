package approvalclient_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
)

// counter is a server that counts each update ID once, and keeps what was sent.
type counter struct {
	client.Client
	each func(ctx context.Context, workflowID string) error

	mu       sync.Mutex
	sent     map[string]string // the votes, by workflow
	receipts map[string]approvalclient.Receipt
	calls    atomic.Int32
}

func (c *counter) UpdateWorkflow(ctx context.Context, o client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	c.calls.Add(1)
	if c.each != nil {
		if err := c.each(ctx, o.WorkflowID); err != nil {
			return nil, err
		}
	}
	text := sentData(o.Args[0])
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sent == nil {
		c.sent, c.receipts = map[string]string{}, map[string]approvalclient.Receipt{}
	}
	key := o.WorkflowID + "/" + o.UpdateID
	if _, known := c.receipts[key]; !known {
		c.sent[o.WorkflowID] = string(text)
		c.receipts[key] = approvalclient.Receipt{Gate: o.WorkflowID, ID: "counted", Approvals: len(c.receipts) + 1}
	}
	return counted{receipt: c.receipts[key]}, nil
}

type counted struct {
	client.WorkflowUpdateHandle
	receipt approvalclient.Receipt
}

func (c counted) Get(_ context.Context, into any) error {
	r, ok := into.(*approvalclient.Receipt)
	if !ok {
		return fmt.Errorf("no receipt is wanted, but a %T", into)
	}
	*r = c.receipt
	return nil
}

// sentData is the JSON of an argument that a client has sent.
func sentData(arg any) []byte { return arg.(converter.RawValue).Payload().GetData() }
