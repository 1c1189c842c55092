package protocol

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Status holds the result of [QueryStatus].
type Status struct {
	Gates       []GateStatus        `json:"gates"`
	More        int                 `json:"more,omitempty"`
	Early       int                 `json:"early"`
	Newer       int                 `json:"newer"`
	DeadLetters signals.DeadLetters `json:"deadLetters"`
}

// A GateStatus describes one gate. Its fields are those of
// approvalclient.GateStatus, which documents them.
type GateStatus struct {
	ID          string               `json:"id"`
	Title       string               `json:"title,omitempty"`
	Requester   string               `json:"requester,omitempty"`
	State       policy.State         `json:"state"`
	Why         string               `json:"why,omitempty"`
	Round       int                  `json:"round"`
	Stage       int                  `json:"stage"`
	StageName   string               `json:"stageName,omitempty"`
	Stages      int                  `json:"stages"`
	Digest      string               `json:"digest,omitempty"`
	Subject     wire.RawJSON         `json:"subject,omitempty"`
	SubjectSize int                  `json:"subjectSize,omitempty"`
	Approvals   int                  `json:"approvals"`
	Need        int                  `json:"need"`
	Missing     int                  `json:"missing"`
	Users       []string             `json:"users,omitempty"`
	Groups      []string             `json:"groups,omitempty"`
	Delegates   []policy.Delegation  `json:"delegates,omitempty"`
	Opened      time.Time            `json:"opened"`
	Deadline    time.Time            `json:"deadline,omitzero"`
	Closed      time.Time            `json:"closed,omitzero"`
	UseBy       time.Time            `json:"useBy,omitzero"`
	Votes       []policy.CountedVote `json:"votes,omitempty"`
	MoreVotes   int                  `json:"moreVotes,omitempty"`
}

// A GateAnswer holds the result of [QueryGate].
type GateAnswer struct {
	GateStatus
	// Named lists the groups that the policy and the managers name, in any stage.
	Named []string `json:"named,omitempty"`
}
