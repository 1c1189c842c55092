package main

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// A scene is a release that is played, and how it must end.
type scene struct {
	title  string
	order  Order
	votes  []vote
	want   State
	why    string // is a part of the result's
	audits map[string][]string
}

// A vote is what somebody decides, and why it must be refused, if so.
type vote struct {
	who, gate string
	choice    approval.Choice
	comment   string
	refused   approval.Reason
}

// people are those who decide, with their groups.
var people = map[string][]string{
	"eve": {"product", "security"}, // who has written all releases
	"pam": {"product"},
	"pat": {"product"},
	"pia": {"product"},
	"sam": {"security"},
}

func scenes() []scene {
	const yes, no = approval.Approve, approval.Reject
	return []scene{
		{
			title: "A release that both let through, though one of product does not like it",
			order: Order{Release: Release{Version: "v1.0.0", Author: "eve"}, Policies: policies(time.Hour)},
			votes: []vote{
				{"eve", Security, yes, "", approval.ReasonSelfApproval},
				{"pia", Product, no, "not pretty", ""}, // a single one is no veto here
				{"pam", Product, yes, "", ""},
				{"sam", Security, yes, "", ""},
				{"pat", Product, yes, "", ""},
			},
			want: Deployed,
			audits: map[string][]string{
				Security: {"opened", "vote", "approved", "used"},
				Product:  {"opened", "vote", "vote", "vote", "approved", "used"},
			},
		},
		{
			title: "A release that security stops, while product still looks at it",
			order: Order{Release: Release{Version: "v1.1.0", Author: "eve"}, Policies: policies(time.Hour)},
			votes: []vote{
				{"pam", Product, yes, "", ""},
				{"pam", Security, no, "no", approval.ReasonNotEligible},
				{"sam", Security, no, "", approval.ReasonCommentRequired},
				{"sam", Security, no, "a secret is in the logs", ""},
				{"pat", Product, yes, "", approval.ReasonClosed}, // nobody need decide any more
			},
			want: Stopped,
			audits: map[string][]string{
				Security: {"opened", "vote", "rejected"},
				Product:  {"opened", "vote", "canceled"},
			},
		},
		{
			title: "A release whose approvals are too old when the window opens",
			order: Order{Release: Release{Version: "v1.2.0", Author: "eve"}, Policies: policies(time.Second), Window: 2 * time.Second},
			votes: []vote{
				{"sam", Security, yes, "", ""},
				{"pam", Product, yes, "", ""},
				{"pat", Product, yes, "", ""},
			},
			want: Lapsed,
			why:  "the approval was to be used by",
			audits: map[string][]string{
				Security: {"opened", "vote", "approved"},
				Product:  {"opened", "vote", "vote", "approved"},
			},
		},
	}
}
