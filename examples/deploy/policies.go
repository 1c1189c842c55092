package main

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// policies say who decides on a release. One of security is enough, for a yes and
// for a no: that is a veto. Of product it takes two for either. What they approve
// must be deployed within useBy.
func policies(useBy time.Duration) map[string]policy.Policy {
	security := policy.Quorum(1, "security").Within(time.Hour)
	security.Veto = 1
	security.CommentOn = []approval.Choice{approval.Reject}
	security.UseBy = policy.Duration(useBy)

	product := policy.Quorum(2, "product").Within(time.Hour)
	product.Veto = 2
	product.UseBy = policy.Duration(useBy)
	return map[string]policy.Policy{Security: security, Product: product}
}
