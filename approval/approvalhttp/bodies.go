package approvalhttp

import (
	"encoding/json"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/duration"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A decision holds the body of POST /decide.
type decision struct {
	Workflow string          `json:"workflow"`
	Gate     string          `json:"gate"`
	Choice   policy.Choice   `json:"choice"`
	Comment  string          `json:"comment"`
	Reason   string          `json:"reason"`
	For      string          `json:"for"`
	Round    int             `json:"round"`
	Digest   string          `json:"digest"`
	Subject  json.RawMessage `json:"subject"`
}

// A change holds the body of POST /change.
type change struct {
	Workflow     string                    `json:"workflow"`
	Gate         string                    `json:"gate"`
	Kind         approvalclient.ChangeKind `json:"kind"`
	Comment      string                    `json:"comment"`
	By           duration.Text             `json:"by"`
	To           string                    `json:"to"`
	Reassignment policy.Escalation         `json:"reassignment"`
	Subject      json.RawMessage           `json:"subject"`
}

// decisions holds the body of POST /decide-many: one choice for many gates.
type decisions struct {
	Gates   []target      `json:"gates"`
	Choice  policy.Choice `json:"choice"`
	Comment string        `json:"comment"`
	Reason  string        `json:"reason"`
}

// A target names one of the gates.
type target struct {
	Workflow string `json:"workflow"`
	Gate     string `json:"gate"`
	For      string `json:"for"`
	Round    int    `json:"round"`
	Digest   string `json:"digest"`
}

// results holds the answer: the ID of all decisions, and the result of each, in the order
// of the gates.
type results struct {
	ID      string   `json:"id"`
	Results []result `json:"results"`
}

// A result has a receipt, or a problem.
type result struct {
	Workflow string                  `json:"workflow"`
	Gate     string                  `json:"gate"`
	Status   int                     `json:"status"` // as that of POST /decide
	Receipt  *approvalclient.Receipt `json:"receipt,omitempty"`
	Problem  *problem                `json:"problem,omitempty"`
}

// An entry holds a gate and names its workflow.
type entry struct {
	Workflow string                    `json:"workflow"`
	Gate     approvalclient.GateStatus `json:"gate"`
	// For names the person for whom the caller would decide, by delegation.
	For string `json:"for,omitempty"`
}

// A list holds a page of the gates that wait for the caller.
type list struct {
	Items []entry `json:"items"`
	// Unreachable lists workflows that could not list their gates.
	Unreachable []string `json:"unreachable"`
	Next        string   `json:"next,omitempty"`
}
