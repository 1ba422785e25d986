"""Companies as rows of a file."""

from companies.models import Company
from crmbridge.properties.export import RecordResource
from crmbridge.properties.models import columns


class CompanyResource(RecordResource):
    """Every property of a company, and its parent's number."""

    class Meta:
        model = Company
        fields = ("id", *columns(Company.STANDARD_PROPERTIES), "parent")
