"""A profile, with what stands between it and the viewer."""

import functools
import json
from typing import Any

from django.http import Http404, HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from accounts.cards import claims_of
from api.etags import etag_of, is_known, not_modified, tagged
from api.json_responses import JSONBytesResponse
from api.viewsets import BaseViewSet
from social import lists
from social.profiles import profile_json, profile_row
from social.serializers import (
    ProfileDetailSerializer,
)

_MOMENT = serializers.DateTimeField()


@functools.lru_cache(1000)  # there are few, but for the moments when mutes end
def _viewer_json(*related: Any) -> bytes:
    """RelationSerializer's bytes."""
    return json.dumps(lists.relation_members(related), separators=(",", ":")).encode()


class ProfileViewSet(BaseViewSet):
    tag = "people"
    output = ProfileDetailSerializer

    def retrieve(self, request: Request, username: str) -> HttpResponse:
        """A profile.

        A private account's card is there for everybody it has not blocked; its posts and lists are not.
        """
        row = profile_row(self.me, username)
        if row is None:
            raise Http404
        etag = etag_of(self.me.pk, repr(row), claims_of([row[:3]]))
        if is_known(request, etag):
            return not_modified(etag)
        return tagged(JSONBytesResponse(profile_json(row)), etag)
