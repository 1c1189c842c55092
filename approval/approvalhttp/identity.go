package approvalhttp

import (
	"net/http"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// identify returns who has sent a request, with the groups that a policy can name.
func (h *handler) identify(r *http.Request) (policy.Actor, error) {
	actor, err := h.o.Authenticate(r)
	if err != nil || actor.ID == "" {
		return actor, &problem{
			Status: http.StatusUnauthorized,
			Code:   codeIdentity,
			Detail: "it is not known who you are; sign in and send the request again",
		}
	}
	claimed := actor.Groups
	actor.Groups = nil
	if err := actor.Validate(); err != nil {
		h.o.Logger.WarnContext(
			r.Context(),
			"approvalhttp: Identify returns an actor who cannot decide anywhere",
			"path",
			path(r),
			"error",
			err.Error(),
		)
		return actor, &problem{
			Status: http.StatusForbidden,
			Code:   codeActor,
			Detail: "you are signed in under a name that cannot decide here; ask who runs this site to look into its log",
		}
	}
	actor.Groups = h.groups(r, actor, claimed)
	return actor, nil
}

// groups leaves out of an actor's groups what no policy can name, and what is there
// twice.
func (h *handler) groups(r *http.Request, actor policy.Actor, claimed []string) []string {
	var kept []string
	var wrong error
	seen := map[string]bool{}
	for _, name := range claimed {
		if seen[name] {
			continue
		}
		seen[name] = true
		actor.Groups = []string{name}
		if err := actor.Validate(); err != nil {
			wrong = err
			continue
		}
		kept = append(kept, name)
	}
	if wrong != nil {
		h.o.Logger.WarnContext(
			r.Context(),
			"approvalhttp: Identify returns groups that no policy can name; they are left out",
			"path",
			path(r),
			"groups",
			len(seen)-len(kept),
			"error",
			wrong.Error(),
		)
	}
	return kept
}
