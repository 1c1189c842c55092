package approval

import (
	"context"
	"fmt"
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// matter are those of an actor's groups that a gate names, each once.
func matter(groups, named []string) []string {
	var kept []string
	for _, name := range groups {
		if slices.Contains(named, name) && !slices.Contains(kept, name) {
			kept = append(kept, name)
		}
	}
	return kept
}

// claims returns the actor with no more groups than a vote may have: of more, those
// that the gate names, which a worker has to say.
func (c *Client) claims(ctx context.Context, ref Ref, a Actor) (Actor, error) {
	if len(a.Groups) <= policy.MaxGroups {
		return a, nil
	}
	ctx, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	gate, err := c.gate(ctx, ref)
	if err == nil {
		a.Groups = matter(a.Groups, gate.Named)
		return a, nil
	}
	if ReasonOf(err) == "" {
		err = refusalFor(
			err,
			ReasonNotSent,
			ref.Gate,
			fmt.Sprintf("the actor has %d groups, more than the %d that a vote may have, and no worker says which ones matter; "+
				"send those that the policy names, or send it again when a worker runs", len(a.Groups), policy.MaxGroups),
		)
	}
	return a, err
}
