package approvalclient

import (
	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

func refusal(reason approval.Reason, gate, text string) error {
	return protocol.Refuse(nil, reason, gate, text)
}

// refusalFor is a refusal that has a cause.
func refusalFor(cause error, reason approval.Reason, gate, text string) error {
	return protocol.Refuse(cause, reason, gate, text)
}
