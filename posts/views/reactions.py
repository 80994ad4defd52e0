"""Likes, dislikes and saves of a post. Put twice or taken back twice, the answer is the same."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from api.viewsets import BaseViewSet
from posts import actions
from posts.models import Post, Reaction, likers
from posts.serializers import ReactionSerializer, SavedSerializer
from posts.views.liker_pages import LikerPages


class _ReactionViewSet(BaseViewSet):
    """One's own reaction of one kind."""

    tag = "reactions"
    output = ReactionSerializer
    kind: Reaction.Kind

    def react(self, request: Request, post_id: int) -> Response:
        likes, dislikes = actions.react(user=self.me, post_id=post_id, kind=self.kind)
        return self.answer({"reaction": self.kind.value, "likes_count": likes, "dislikes_count": dislikes})

    def take_back(self, request: Request, post_id: int) -> Response:
        actions.unreact(user=self.me, post_id=post_id, kind=self.kind)
        return self.done()


class LikeViewSet(_ReactionViewSet):
    """One's own like of a post."""

    kind = Reaction.Kind.LIKE

    def update(self, request: Request, post_id: int) -> Response:
        """Like a post.

        A dislike of yours becomes a like in the same step.
        """
        return self.react(request, post_id)

    def destroy(self, request: Request, post_id: int) -> Response:
        """Take a like back."""
        return self.take_back(request, post_id)


class DislikeViewSet(_ReactionViewSet):
    """One's own dislike of a post."""

    kind = Reaction.Kind.DISLIKE

    def update(self, request: Request, post_id: int) -> Response:
        """Dislike a post.

        A like of yours becomes a dislike in the same step.
        """
        return self.react(request, post_id)

    def destroy(self, request: Request, post_id: int) -> Response:
        """Take a dislike back."""
        return self.take_back(request, post_id)


class SaveViewSet(BaseViewSet):
    """Whether the post is among one's saved ones. Nobody else sees that."""

    tag = "reactions"
    output = SavedSerializer

    def update(self, request: Request, post_id: int) -> Response:
        """Save a post."""
        post = get_object_or_404(Post.objects.visible_to(self.me), pk=post_id)
        actions.save(user=self.me, post=post)
        return self.answer({"saved": True})

    def destroy(self, request: Request, post_id: int) -> Response:
        """Forget a saved post."""
        actions.unsave(user=self.me, post_id=post_id)
        return self.done()


class LikesViewSet(LikerPages):
    """Who likes a post: those whom you may see. The count of the post counts everybody."""

    tag = "reactions"

    def list(self, request: Request, post_id: int) -> HttpResponse:
        """Who likes a post.

        Newest first. People who blocked you or whom you blocked are left out.
        """
        if not likers.shown_post().exists(viewer=self.me.pk, post=post_id):
            raise Http404
        return self.likers(likers.of_post, likers.newest_of_post, subject=post_id)
