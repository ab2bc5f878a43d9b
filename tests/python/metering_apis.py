"""What the marketplaces' metering APIs take: models that their vendors ship, or their documents.

AWS: the service model in botocore. Google Cloud: the messages in google-cloud-service-control.
Azure ships none (azure-mgmt-marketplace is about private stores); its schema is written after the
fields in learn.microsoft.com, partner-center/marketplace-offers/marketplace-metering-service-apis.
"""

from __future__ import annotations

import functools
from typing import Any

import jsonschema
import simplejson
from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator
from google.cloud.servicecontrol_v1 import ReportRequest
from google.protobuf import json_format

BYTES_PER_CALL = 1_000_000
UTC_INSTANT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$"
AZURE_SCHEMA = {
    "type": "object",
    "required": ["request"],
    "additionalProperties": False,
    "properties": {
        "request": {
            "type": "array",
            "minItems": 1,
            "maxItems": 25,
            "items": {
                "type": "object",
                "required": [
                    "resourceId",
                    "quantity",
                    "dimension",
                    "effectiveStartTime",
                    "planId",
                ],
                "additionalProperties": False,
                "properties": {
                    "resourceId": {"type": "string", "format": "uuid"},
                    "quantity": {"type": "number", "exclusiveMinimum": 0},
                    "dimension": {"type": "string", "minLength": 1},
                    "effectiveStartTime": {"type": "string", "pattern": UTC_INSTANT},
                    "planId": {"type": "string", "minLength": 1},
                },
            },
        },
    },
}
AZURE_VALIDATOR = jsonschema.Draft202012Validator(
    AZURE_SCHEMA, format_checker=jsonschema.FormatChecker()
)
# The bounds of a shape of botocore's, by its type, as JSON Schema calls them.
BOUNDS = {
    "list": ("minItems", "maxItems"),
    "string": ("minLength", "maxLength"),
    "integer": ("minimum", "maximum"),
}


def problems(marketplace: str, text: str) -> list[str]:
    """Return what the API of a marketplace would say against a request, besides of its size."""
    found = [f"{len(text.encode())} bytes"] if len(text.encode()) > BYTES_PER_CALL else []
    return found + {"AWS": aws, "AZURE": azure, "GOOGLE_CLOUD": google}[marketplace](text)


@functools.cache
def aws_model() -> dict[str, Any]:
    """Return AWS's own description of its metering service."""
    return Loader().load_service_model("meteringmarketplace", "service-2")


@functools.cache
def aws_shape() -> Shape:
    """Return what BatchMeterUsage takes."""
    return ServiceModel(aws_model()).operation_model("BatchMeterUsage").input_shape


def json_schema(shape: dict[str, Any]) -> dict[str, Any]:
    """Return a shape of botocore's as JSON Schema: it has bounds and patterns, but never checks."""
    kind = shape["type"]
    schema: dict[str, Any] = {"type": kind}
    if kind == "structure":
        members = shape.get("members", {})
        schema = {
            "type": "object",
            "required": shape.get("required", []),
            "additionalProperties": False,
            "properties": {
                name: {"$ref": f"#/$defs/{member['shape']}"} for name, member in members.items()
            },
        }
    elif kind == "list":
        schema = {"type": "array", "items": {"$ref": f"#/$defs/{shape['member']['shape']}"}}
    elif kind == "timestamp":
        schema = {"type": "string", "pattern": UTC_INSTANT}
    schema |= {key: shape[key] for key in ("enum", "pattern") if key in shape}
    bounds = zip(("min", "max"), BOUNDS.get(kind, ()), strict=False)
    return schema | {theirs: shape[ours] for ours, theirs in bounds if ours in shape}


@functools.cache
def aws_validator() -> jsonschema.Draft202012Validator:
    """Return what checks requests of BatchMeterUsage, bounds and patterns included."""
    shapes = aws_model()["shapes"]
    # Those that the request is made of: others are of kinds that it does not have.
    schemas = {
        name: json_schema(shape)
        for name, shape in shapes.items()
        if shape["type"] in {"structure", "list", "string", "integer", "timestamp"}
    }
    return jsonschema.Draft202012Validator(
        {"$ref": "#/$defs/BatchMeterUsageRequest", "$defs": schemas}
    )


def aws(text: str) -> list[str]:
    """Check a request of BatchMeterUsage."""
    request = simplejson.loads(text, use_decimal=True)
    report = ParamValidator().validate(request, aws_shape())
    found = [report.generate_report()] if report.has_errors() else []
    found += [error.message for error in aws_validator().iter_errors(request)]
    for record in request["UsageRecords"]:
        if ("Quantity" in record) == ("QuantityAsDecimal" in record):
            found.append(f"not one quantity: {record}")
        if ("LicenseArn" in record) == ("ProductCode" in request):
            found.append(f"neither licence nor product, or both: {record}")
    return found


def azure(text: str) -> list[str]:
    """Check a request of batchUsageEvent."""
    request = simplejson.loads(text, use_decimal=True)
    return [error.message for error in AZURE_VALIDATOR.iter_errors(request)]


def google(text: str) -> list[str]:
    """Check a request of services.report."""
    message = ReportRequest.pb()()
    try:
        json_format.Parse(text, message)
    except json_format.ParseError as error:
        return [str(error)]
    found = [
        f"{name} is missing: {operation}"
        for operation in message.operations
        for name in ("operation_id", "operation_name", "consumer_id", "start_time", "end_time")
        if not getattr(operation, name)
    ]
    found += [
        f"not one value: {operation}"
        for operation in message.operations
        if [len(values.metric_values) for values in operation.metric_value_sets] != [1]
        or not operation.metric_value_sets[0].metric_values[0].WhichOneof("value")
    ]
    if len({operation.operation_id for operation in message.operations}) < len(message.operations):
        found.append("an operation twice")
    return found
