"""Proton's templates and their versions, as their pages document them."""

from __future__ import annotations

import pytest

from asdoc.behaviour.proton import Proton
from asdoc.runtime.server.call import Call
from tests.behaviour.proton_world import SOURCE, START, World


@pytest.fixture
def world() -> World:
    return World()


def test_a_new_template_is_shown_whole(world: World) -> None:
    """create_environment_template.rst:22, 59, 67, 75"""
    key = "arn:aws:kms:us-east-1:111122223333:key/abc"
    made = world.template(description="a network", displayName="Network", encryptionKey=key)
    assert made["arn"] == "arn:aws:proton:us-east-1:111122223333:environment-template/vpc"
    assert (made["name"], made["displayName"], made["description"]) == ("vpc", "Network", "a network")
    assert (made["encryptionKey"], made["createdAt"], made["lastModifiedAt"]) == (key, START, START)
    assert "provisioning" not in made
    assert world.client.get_environment_template(name="vpc")["environmentTemplate"] == made


def test_a_template_for_what_the_customer_provisions_says_so(world: World) -> None:
    """create_environment_template.rst:24, 91"""
    assert world.template(provisioning="CUSTOMER_MANAGED")["provisioning"] == "CUSTOMER_MANAGED"
    (listed,) = world.client.list_environment_templates()["templates"]
    assert listed["provisioning"] == "CUSTOMER_MANAGED"


def test_a_template_has_a_name_of_its_own(world: World) -> None:
    """create_environment_template.rst:245"""
    world.template()
    with pytest.raises(world.exceptions.ConflictException):
        world.template()
    world.caller("444455556666").create_environment_template(name="vpc")
    world.caller(region="eu-west-1").create_environment_template(name="vpc")


def test_templates_over_a_given_quota_are_refused() -> None:
    """create_environment_template.rst:233"""
    world = World(Proton(quotas={"EnvironmentTemplate": 1, "EnvironmentTemplateVersion": 1, "Environment": 1}))
    world.templates("1.0")
    world.create()
    for one_more in (lambda: world.template("other"), lambda: world.version(major="1"), lambda: world.create("other")):
        with pytest.raises(world.exceptions.ServiceQuotaExceededException):
            one_more()


def test_an_update_changes_what_is_given_and_tells_when(world: World) -> None:
    """update_environment_template.rst:39, 47, 134"""
    world.template(description="a network", displayName="Network")
    later = world.clock.advance(5)
    made = world.client.update_environment_template(name="vpc", displayName="VPC")["environmentTemplate"]
    assert (made["displayName"], made["description"]) == ("VPC", "a network")
    assert (made["createdAt"], made["lastModifiedAt"]) == (START, later)
    world.client.update_environment_template(name="vpc", description="")
    assert world.client.get_environment_template(name="vpc")["environmentTemplate"]["description"] == ""


@pytest.mark.parametrize("method", ["get", "update", "delete"])
def test_a_template_that_is_not_there_is_not_found(world: World, method: str) -> None:
    """get_environment_template.rst:153, update_environment_template.rst:174, delete_environment_template.rst:156"""
    with pytest.raises(world.exceptions.ResourceNotFoundException):
        getattr(world.client, f"{method}_environment_template")(name="none")


def test_a_template_is_deleted_only_without_versions(world: World) -> None:
    """delete_environment_template.rst:13, 153"""
    made = world.template()
    world.version()
    with pytest.raises(world.exceptions.ConflictException):
        world.client.delete_environment_template(name="vpc")
    world.delete_version("1.0")
    assert world.client.delete_environment_template(name="vpc")["environmentTemplate"] == made
    with pytest.raises(world.exceptions.ResourceNotFoundException):
        world.client.get_environment_template(name="vpc")
    world.template()
    assert world.version() == "1.0"


def test_a_version_without_a_major_one_begins_the_next_major_version(world: World) -> None:
    """create_environment_template_version.rst:72"""
    world.template()
    assert [world.version(), world.version(), world.version()] == ["1.0", "2.0", "3.0"]


def test_a_version_with_a_major_one_is_its_next_minor_version(world: World) -> None:
    """create_environment_template_version.rst:68"""
    world.template()
    world.version()
    world.version()
    assert [world.version(major="1"), world.version(major="1"), world.version(major="2")] == ["1.1", "1.2", "2.1"]


def test_a_number_of_a_deleted_version_is_not_given_again(world: World) -> None:
    world.template()
    world.version()
    world.version(major="1")
    world.version()
    world.delete_version("1.1")
    world.delete_version("2.0")
    assert [world.version(major="1"), world.version()] == ["1.2", "3.0"]


def test_a_version_of_nothing_is_not_found(world: World) -> None:
    """create_environment_template_version.rst:284, get_environment_template_version.rst:187"""
    with pytest.raises(world.exceptions.ResourceNotFoundException):
        world.version("none")
    world.template()
    with pytest.raises(world.exceptions.ResourceNotFoundException):
        world.version(major="1")
    world.version()
    for call in (world.shown_version, world.delete_version, world.update_version):
        for number in ("1.1", "2.0"):
            with pytest.raises(world.exceptions.ResourceNotFoundException):
                call(number)
    with pytest.raises(world.exceptions.ResourceNotFoundException):
        world.versions(majorVersion="2")


def test_an_identical_request_with_the_same_token_gives_the_version_that_the_first_made(world: World) -> None:
    """create_environment_template_version.rst:52"""
    world.template()
    token = "0123456789abcdef0123456789abcdef"
    assert world.version(clientToken=token) == "1.0"
    world.version()
    assert world.version(clientToken=token) == "1.0"
    assert world.versions() == ["1.0", "2.0"]
    with pytest.raises(world.exceptions.ConflictException):
        world.version(clientToken=token, description="another request")
    world.delete_version("1.0")
    assert world.version(clientToken=token) == "3.0"


def test_a_new_version_is_a_draft_until_it_is_published(world: World) -> None:
    """update_environment_template_version.rst:65, 175; get_environment_template_version.rst:39, 47"""
    world.template()
    world.version(description="first")
    shown = world.shown_version("1.0")
    assert (shown["status"], shown["description"], shown["createdAt"]) == ("DRAFT", "first", START)
    assert shown["arn"] == "arn:aws:proton:us-east-1:111122223333:environment-template/vpc:1.0"
    assert "recommendedMinorVersion" not in shown
    later = world.clock.advance(1)
    assert world.update_version("1.0", status="PUBLISHED")["status"] == "PUBLISHED"
    shown = world.shown_version("1.0")
    assert (shown["status"], shown["recommendedMinorVersion"], shown["lastModifiedAt"]) == ("PUBLISHED", "0", later)
    assert world.update_version("1.0", description="changed")["status"] == "PUBLISHED"


@pytest.mark.parametrize("status", ["REGISTRATION_IN_PROGRESS", "REGISTRATION_FAILED"])
def test_a_status_that_registering_brings_about_cannot_be_set(world: World, status: str) -> None:
    world.template()
    world.version()
    with pytest.raises(world.exceptions.ValidationException):
        world.update_version("1.0", status=status)


def test_a_version_is_registered_before_it_is_a_draft() -> None:
    """create_environment_template_version.rst:170"""
    world = World(Proton(registration=2))
    world.template()
    world.version()
    assert world.shown_version("1.0")["status"] == "REGISTRATION_IN_PROGRESS"
    with pytest.raises(world.exceptions.ConflictException):
        world.publish("1.0")
    world.clock.advance(2)
    assert world.shown_version("1.0")["status"] == "DRAFT"
    world.publish("1.0")


def test_a_registration_that_fails_leaves_nothing_to_publish() -> None:
    """create_environment_template_version.rst:170"""

    class Broken(Proton):
        def registers(self, call: Call) -> bool:
            return bool(call.params["source"]["s3"]["key"] != SOURCE["s3"]["key"])

    world = World(Broken())
    world.template()
    world.version()
    shown = world.shown_version("1.0")
    assert (shown["status"], bool(shown["statusMessage"])) == ("REGISTRATION_FAILED", True)
    with pytest.raises(world.exceptions.ConflictException):
        world.publish("1.0")


def test_the_recommended_version_is_the_latest_that_is_published(world: World) -> None:
    """update_environment.rst:69, 77; get_environment_template_version.rst:143

    get_environment_template.rst:137; list_environment_templates.rst:155
    """
    world.template()
    for major in (None, "1", None, "2"):
        world.version(major=major)
    assert world.recommended() is None
    world.publish("1.0")
    assert world.recommended() == "1.0"
    world.publish("2.0")
    world.publish("1.1")
    assert world.recommended() == "2.0"
    assert world.shown_version("1.0")["recommendedMinorVersion"] == "1"
    assert world.shown_version("2.1")["recommendedMinorVersion"] == "0"
    (listed,) = world.client.list_environment_templates()["templates"]
    assert listed["recommendedVersion"] == "2.0"


def test_versions_are_listed_by_major_version_and_major_versions_by_themselves(world: World) -> None:
    """list_environment_template_versions.rst:40, 44"""
    world.template()
    for major in (None, "1", "1", None):
        world.version(major=major)
    world.publish("1.1")
    assert world.versions(majorVersion="1") == ["1.0", "1.1", "1.2"]
    assert world.versions(majorVersion="2") == ["2.0"]
    assert world.versions() == ["1.1", "2.0"]


def test_the_recommended_minor_version_is_deleted_only_as_the_last_of_its_major_version(world: World) -> None:
    """delete_environment_template_version.rst:17, 191"""
    world.templates("1.0", "1.1")
    with pytest.raises(world.exceptions.ConflictException):
        world.delete_version("1.1")
    assert world.delete_version("1.0")["minorVersion"] == "0"
    world.delete_version("1.1")
    assert world.versions() == []


def test_a_major_version_goes_with_its_last_minor_one_unless_it_is_recommended(world: World) -> None:
    """delete_environment_template_version.rst:13, 191"""
    world.templates("1.0", "2.0")
    with pytest.raises(world.exceptions.ConflictException):
        world.delete_version("2.0")
    world.delete_version("1.0")
    assert world.versions() == ["2.0"]
    with pytest.raises(world.exceptions.ResourceNotFoundException):
        world.versions(majorVersion="1")
    world.delete_version("2.0")
    assert world.recommended() is None
